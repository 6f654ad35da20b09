using System.Runtime.ExceptionServices;
using Zufs.Conformance.Interop;

namespace Zufs.Conformance;

/// <summary>
/// What a check works with: a directory of its own, calls on it, seeded data, and the record of what it sees. Belongs to the check's thread;
/// calls may be made from threads that <see cref="Together"/> starts, the record is written by the check's thread only.
/// </summary>
public sealed partial class CheckContext : IDisposable
{
    private readonly List<int> _open = [];
    private readonly object _openLock = new();
    private readonly SeededRandom _random;

    internal CheckContext(string checkName, int directory)
    {
        Directory = directory;
        _random = SeededRandom.For(checkName);
    }

    /// <summary>The open directory that all names are below.</summary>
    internal int Directory { get; }

    /// <summary>Seeded by the check's name.</summary>
    internal SeededRandom Random => _random;

    /// <summary>What was seen so far.</summary>
    internal List<Observation> Observations { get; } = [];

    /// <summary>Closes what the check left open.</summary>
    public void Dispose()
    {
        lock (_openLock)
        {
            foreach (int fd in _open) _ = Sys.Close(fd);
            _open.Clear();
        }
    }

    /// <summary>The check can't be run here: ends its body, and the result says why.</summary>
    /// <exception cref="CheckStoppedException">Always.</exception>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    internal static void CannotRun(string reason) => throw new CheckStoppedException(reason);

    /// <summary>Ends the body as not run, loudly, unless root runs it.</summary>
    internal static void NeedsRoot()
    {
        if (!Sys.IsRoot) CannotRun("needs root");
    }

    /// <summary>Runs steps as another user without root's rights over files, on a thread of their own.</summary>
    internal static void As(uint user, uint group, Action steps)
    {
        RunThread("zufs-check-user", () =>
        {
            if (!Sys.ActAs(user, group)) CannotRun($"the kernel didn't let this process act as user {user}");
            steps();
        });
    }

    /// <summary>Runs the same steps on several threads at once; they start together. A failure of one is thrown when all have ended.</summary>
    internal static void Together(int threads, Action<int> steps)
    {
        using var start = new Barrier(threads);
        var failures = new ExceptionDispatchInfo?[threads];
        var all = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            int index = i;
            all[i] = new Thread(() =>
            {
                try
                {
                    start.SignalAndWait();
                    steps(index);
                }
                catch (Exception failure)
                {
                    failures[index] = ExceptionDispatchInfo.Capture(failure);
                }
            })
            { IsBackground = true, Name = "zufs-check-" + index };
            all[i].Start();
        }

        foreach (var thread in all) thread.Join();
        foreach (var failure in failures) failure?.Throw();
    }

    private static void RunThread(string name, Action steps)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                steps();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { IsBackground = true, Name = name };
        thread.Start();
        thread.Join();
        failure?.Throw();
    }
}
