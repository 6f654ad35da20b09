using System.Globalization;
using Zufs.Conformance.Interop;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance;

/// <summary>
/// Runs checks on one mount. Every check has a directory of its own there, made before and removed after, also when it fails. Checks of
/// <see cref="CheckKind.ReadOnly"/> look at a sample tree in it, or, when nothing may be changed, at the mount's own tree.
/// </summary>
public sealed class CheckRunner
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60);
    private static int _runs;
    private readonly string _mountPoint;
    private readonly bool _readOnly;

    /// <summary>For one mount.</summary>
    /// <param name="mountPoint">The mount point, or any directory.</param>
    /// <param name="readOnly">Change nothing: only checks of <see cref="CheckKind.ReadOnly"/> run.</param>
    public CheckRunner(string mountPoint, bool readOnly = false)
    {
        _mountPoint = Path.GetFullPath(mountPoint);
        _readOnly = readOnly;
    }

    /// <summary>How the mount refuses a new directory in its root (an errno's name), so that nothing which writes can be run on it; null when it takes one.</summary>
    public string? Refusal()
    {
        var opened = Sys.Open(LibC.AT_FDCWD, _mountPoint, O_RDONLY | O_DIRECTORY, 0);
        if (opened.Failed) return opened.ToString();
        int root = (int)opened.Value;
        try
        {
            var name = NextName("probe");
            var made = Sys.MakeDirectory(root, name, Octal(755));
            if (made.Failed) return made.ToString();
            _ = TreeRemoval.Remove(root, name);
            return null;
        }
        finally
        {
            _ = Sys.Close(root);
        }
    }

    /// <summary>Runs one check. Never throws for what the file system does; a check that doesn't end in a minute is recorded as such and left behind.</summary>
    /// <param name="check">The check.</param>
    public CheckResult Run(Check check)
    {
        if (_readOnly && check.Kind == CheckKind.Modifies) return new CheckResult(check, [], "nothing may be changed");
        CheckResult? result = null;

        // A thread of its own: the umask and the user it acts as are then its own too.
        var thread = new Thread(() => result = RunHere(check)) { IsBackground = true, Name = "zufs-check" };
        thread.Start();
        if (thread.Join(_deadline)) return result!;
        return new CheckResult(check, [new Observation("end", "still running after 60 s", "ended")], null);
    }

    private CheckResult RunHere(Check check)
    {
        var mask = Sys.OwnMask(Octal(022));
        if (mask.Failed) return Trouble(check, "unshare the umask", mask);
        var opened = Sys.Open(LibC.AT_FDCWD, _mountPoint, O_RDONLY | O_DIRECTORY, 0);
        if (opened.Failed) return Trouble(check, $"open {_mountPoint}", opened);
        int root = (int)opened.Value;
        try
        {
            return _readOnly ? RunIn(check, root, prepare: false) : RunInOwnDirectory(check, root);
        }
        finally
        {
            _ = Sys.Close(root);
        }
    }

    private static CheckResult RunInOwnDirectory(Check check, int root)
    {
        Name name = NextName(check.Name);
        var made = Sys.MakeDirectory(root, name, Octal(755));
        if (made.Failed) return Trouble(check, "make the check's directory", made);
        CheckResult result;
        var opened = Sys.Open(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
        try
        {
            result = opened.Failed ? Trouble(check, "open the check's directory", opened) : RunIn(check, (int)opened.Value, prepare: true);
        }
        finally
        {
            if (!opened.Failed) _ = Sys.Close((int)opened.Value);
            made = TreeRemoval.Remove(root, name);
        }

        if (!made.Failed) return result;
        return new CheckResult(check, [.. result.Observations, new Observation("remove the check's directory", made.ToString(), "ok")], result.Skipped);
    }

    private static CheckResult RunIn(Check check, int directory, bool prepare)
    {
        using var context = new CheckContext(check.Name, directory);
        try
        {
            if (prepare && check.Kind == CheckKind.ReadOnly) SampleTree.Create(context);
            check.Body(context);
        }
        catch (CheckStoppedException stopped)
        {
            return new CheckResult(check, context.Observations, stopped.Skipped);
        }
        catch (Exception surprise)
        {
            // What the file system gave was so wrong that the check fell over it (a size of 2^63, say): that is a finding too.
            context.Observations.Add(new Observation("work of the check", $"{surprise.GetType().Name}: {surprise.Message}", "ok"));
        }

        return new CheckResult(check, context.Observations, null);
    }

    private static string NextName(string check) =>
        string.Create(CultureInfo.InvariantCulture, $".zufs-check-{Environment.ProcessId}-{Interlocked.Increment(ref _runs)}-{check}");

    private static CheckResult Trouble(Check check, string what, Outcome outcome) =>
        new(check, [new Observation(what, outcome.ToString(), "ok")], null);
}
