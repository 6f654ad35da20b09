using System.Diagnostics;

namespace Zufs.CompatTests.Supervision;

/// <summary>
/// Threads that stat, read and write files of a mount without a pause, till the mount fails them. They say how long the longest single call
/// took and when the first error came, so that a hang shows.
/// </summary>
internal sealed class Load : IDisposable
{
    private readonly Thread[] _threads;
    private readonly List<FileStream> _files = [];
    private volatile bool _stop;
    private long _operations;
    private long _firstError = long.MaxValue;
    private long _longest;

    /// <summary>Makes the files and starts the threads.</summary>
    /// <param name="mountPoint">The mount.</param>
    /// <param name="threads">How many.</param>
    public Load(string mountPoint, int threads = 4)
    {
        for (int i = 0; i < threads; i++)
        {
            var file = new FileStream(Path.Combine(mountPoint, $"load{i}"), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            file.Write(new byte[65536]);
            _files.Add(file);
        }
        _threads = [.. _files.Select(file => new Thread(() => Work(file)) { IsBackground = true })];
        foreach (Thread thread in _threads)
            thread.Start();
    }

    /// <summary>How many calls went well.</summary>
    public long Operations => Interlocked.Read(ref _operations);

    /// <summary>When the first call failed, as a <see cref="Stopwatch"/> timestamp; null while none has.</summary>
    public long? FirstError => Interlocked.Read(ref _firstError) is var at && at == long.MaxValue ? null : at;

    /// <summary>The longest time that a call took, also one that failed.</summary>
    public TimeSpan Longest => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _longest));

    /// <summary>Waits till the load has made some calls.</summary>
    public void WaitUntilBusy(long operations = 500)
    {
        long begin = Stopwatch.GetTimestamp();
        while (Operations < operations)
        {
            if (Stopwatch.GetElapsedTime(begin) > TimeSpan.FromSeconds(20) || FirstError is not null)
                throw new InvalidOperationException($"The load made {Operations} calls only.");
            Thread.Sleep(5);
        }
    }

    /// <summary>Waits till every thread has got its error.</summary>
    /// <returns>False when one of them hangs.</returns>
    public bool AllFailWithin(TimeSpan bound)
    {
        long begin = Stopwatch.GetTimestamp();
        return _threads.All(t => t.Join(bound - Stopwatch.GetElapsedTime(begin) is { Ticks: > 0 } left ? left : TimeSpan.Zero));
    }

    /// <summary>Ends the threads, and closes the files.</summary>
    public void Dispose()
    {
        _stop = true;
        foreach (Thread thread in _threads)
            thread.Join(TimeSpan.FromSeconds(10));
        foreach (FileStream file in _files)
        {
            try
            {
                file.Dispose();
            }
            catch (IOException)
            {
                // The mount is dead by then.
            }
        }
    }

    private void Work(FileStream file)
    {
        byte[] buffer = new byte[4096];
        for (long i = 0; !_stop; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            bool failed = !TryOne(file, buffer, i);
            long end = Stopwatch.GetTimestamp();
            Max(ref _longest, end - begin);
            if (failed)
            {
                Min(ref _firstError, end);
                return;
            }
            Interlocked.Increment(ref _operations);
        }
    }

    private static bool TryOne(FileStream file, byte[] buffer, long i)
    {
        try
        {
            long offset = i % 16 * 4096;
            switch (i % 3)
            {
                case 0:
                    // A name that isn't there: asked of the server each time.
                    _ = File.GetAttributes($"{Path.GetDirectoryName(file.Name)}/none{i}");
                    return true;
                case 1:
                    RandomAccess.Write(file.SafeFileHandle, buffer, offset);
                    return true;
                default:
                    return RandomAccess.Read(file.SafeFileHandle, buffer, offset) > 0;
            }
        }
        catch (FileNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // ECANCELED, which a ring's death may give, is the last of them.
            return false;
        }
    }

    private static void Max(ref long target, long value)
    {
        for (long seen = Interlocked.Read(ref target); value > seen; seen = Interlocked.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }

    private static void Min(ref long target, long value)
    {
        for (long seen = Interlocked.Read(ref target); value < seen; seen = Interlocked.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
