namespace Zufs.Conformance.Latency;

/// <summary>
/// Measures operations on several mounts at once: short windows that alternate between the mounts, so that what else the machine does meets
/// all of them, and medians over the least disturbed half. Files and names are made in a directory of its own on each mount, and removed
/// at the end, also when it is given up.
/// </summary>
public sealed class LatencyProbe
{
    private readonly IReadOnlyList<LatencySubject> _subjects;
    private readonly LatencyOptions _options;
    private readonly List<string> _notes = [];

    /// <summary>For these mounts.</summary>
    /// <param name="subjects">The mounts.</param>
    /// <param name="options">What to measure.</param>
    public LatencyProbe(IReadOnlyList<LatencySubject> subjects, LatencyOptions options)
    {
        _subjects = subjects;
        _options = options;
    }

    /// <summary>Rows that could not be measured, and why; sentences.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Measures. Rows come by operation, size and threads, the mounts of each side by side.</summary>
    /// <param name="progress">Told what is measured now; may be null.</param>
    /// <param name="cancellation">Gives up; what was made on the mounts is removed all the same.</param>
    /// <exception cref="IOException">A mount can't be opened, or doesn't take the files that the measuring needs.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public IReadOnlyList<LatencyRow> Run(Action<string>? progress = null, CancellationToken cancellation = default)
    {
        var directories = new List<ProbeDirectory>();
        var rows = new List<LatencyRow>();
        try
        {
            foreach (var subject in _subjects) directories.Add(ProbeDirectory.Open(subject.MountPoint, _options));
            foreach (var operation in ProbeOperation.For(_options))
            {
                progress?.Invoke(operation.Size == 0 ? operation.Name : $"{operation.Name} {operation.Size}");
                foreach (int threads in _options.Threads) Measure(operation, threads, directories, rows, cancellation);
            }
        }
        finally
        {
            foreach (var directory in directories) directory.Dispose();
        }

        return rows;
    }

    private void Measure(ProbeOperation operation, int threads, List<ProbeDirectory> directories, List<LatencyRow> rows, CancellationToken cancellation)
    {
        var windows = new ProbeWindow?[_subjects.Count];
        var samples = new List<ProbeSample>[_subjects.Count];
        try
        {
            for (int s = 0; s < windows.Length; s++)
            {
                int subject = s;
                samples[s] = [];
                Try(operation, threads, subject, () => windows[subject] = new ProbeWindow(operation, directories[subject], threads, _options.Pinned));
            }

            for (int round = 0; round < _options.Rounds; round++)
            {
                for (int s = 0; s < windows.Length; s++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (windows[s] is not { } window) continue;
                    var list = samples[s];
                    if (Try(operation, threads, s, () => list.Add(window.Run(_options.Window)))) continue;
                    windows[s] = null;
                    window.Dispose();
                    list.Clear();
                }
            }
        }
        finally
        {
            foreach (var window in windows) window?.Dispose();
        }

        for (int s = 0; s < samples.Length; s++)
        {
            if (samples[s].Count == 0) continue;
            var result = ProbeSample.Of(samples[s]);
            rows.Add(new LatencyRow(operation.Name, _subjects[s].Channel, threads, operation.Size, result.P50, result.P99, result.Rate));
        }
    }

    private bool Try(ProbeOperation operation, int threads, int subject, Action step)
    {
        try
        {
            step();
            return true;
        }
        catch (ProbeException lacking)
        {
            string size = operation.Size == 0 ? "" : $" of {operation.Size} bytes";
            _notes.Add($"{operation.Name}{size} with {threads} threads could not be measured on {_subjects[subject].Channel}: {lacking.Message}.");
            return false;
        }
    }
}
