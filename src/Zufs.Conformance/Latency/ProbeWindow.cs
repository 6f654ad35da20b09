using System.Diagnostics;
using Zufs.Conformance.Interop;

namespace Zufs.Conformance.Latency;

/// <summary>Some threads at one operation on one mount; runs windows, one after another.</summary>
internal sealed class ProbeWindow : IDisposable
{
    // More is counted, but not kept: enough for every percentile that is told.
    private const int MostSamples = 100_000;
    private readonly ProbeWork[] _works;
    private readonly long[][] _samples;
    private readonly int[] _steps;
    private readonly bool _pinned;

    /// <exception cref="ProbeException">The mount lacks what the operation needs.</exception>
    public ProbeWindow(ProbeOperation operation, ProbeDirectory directory, int threads, bool pinned)
    {
        _works = new ProbeWork[threads];
        _samples = new long[threads][];
        _steps = new int[threads];
        _pinned = pinned;
        try
        {
            for (int t = 0; t < threads; t++)
            {
                _works[t] = operation.Prepare(directory, t);
                _samples[t] = new long[MostSamples];
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>One window.</summary>
    /// <exception cref="ProbeException">An operation failed.</exception>
    public ProbeSample Run(TimeSpan length)
    {
        int threads = _works.Length;
        int[] kept = new int[threads];
        double[] rates = new double[threads];
        CheckContext.Together(threads, t =>
        {
            if (_pinned) Sys.Pin(t);
            rates[t] = RunThread(_works[t], _samples[t], ref _steps[t], length, out kept[t]);
        });
        long[] all = new long[kept.Sum()];
        for (int t = 0, at = 0; t < threads; at += kept[t++]) _samples[t].AsSpan(0, kept[t]).CopyTo(all.AsSpan(at));
        Array.Sort(all);
        return new ProbeSample(Percentile(all, 0.50), Percentile(all, 0.99), rates.Sum());
    }

    public void Dispose()
    {
        foreach (var work in _works) work?.Dispose();
    }

    private static double RunThread(ProbeWork work, long[] samples, ref int step, TimeSpan length, out int kept)
    {
        Check(work.Step(step++));
        long start = Stopwatch.GetTimestamp(), end = start + (long)(length.TotalSeconds * Stopwatch.Frequency);
        long before = start;
        int done = 0;
        do
        {
            var outcome = work.Step(step++);
            long now = Stopwatch.GetTimestamp();
            if (outcome.Failed) Check(outcome);
            if (done < samples.Length) samples[done] = now - before;
            done++;
            before = now;
        }
        while (before < end);

        kept = Math.Min(done, samples.Length);
        return done / ((before - start) / (double)Stopwatch.Frequency);
    }

    private static void Check(Outcome outcome)
    {
        if (outcome.Failed) throw new ProbeException(outcome.ToString());
    }

    private static double Percentile(long[] sorted, double part) =>
        sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))] * 1e6 / Stopwatch.Frequency;
}
