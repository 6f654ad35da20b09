namespace Zufs.Bench;

/// <summary>
/// The method: all servers are mounted at once and visited in short windows, forth and back in turn, so that none has the quiet minute to
/// itself; what counts is the median over the less disturbed half.
/// </summary>
/// <param name="programs">The folder with the servers and the client.</param>
/// <param name="peers">The folder with the servers on libfuse.</param>
/// <param name="rounds">How often each server is visited for each load.</param>
/// <param name="milliseconds">The length of a window.</param>
internal sealed class BenchRun(string programs, string peers, int rounds, int milliseconds)
{
    private const int SchemaVersion = 2;

    private readonly string _client = Path.Combine(programs, "client");

    /// <summary>Measures everything.</summary>
    /// <param name="only">Loads whose name contains this; null for all.</param>
    /// <exception cref="BenchException">A server or the client failed.</exception>
    public BenchReport Run(string? only)
    {
        var load = Machine.OtherLoad();
        var folder = Directory.CreateTempSubdirectory("zufs-bench").FullName;
        var rows = new List<BenchRow>();
        var servers = new Dictionary<string, Server>();
        try
        {
            foreach (var (name, program, arguments) in Subjects.Servers(programs, peers))
                servers[name] = Server.Start(folder, name, program, arguments);

            foreach (var (work, contests) in Work.All().Where(w => only is null || w.Work.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
            {
                Console.Error.WriteLine(work.Name);
                var windows = MeasureAll(work, contests, servers);
                rows.AddRange(contests.Select(contest => BenchRow.Create(work, contest, windows)));
            }
        }
        finally
        {
            foreach (var server in servers.Values)
                server.Dispose();
            Directory.Delete(folder);
        }

        load = Math.Max(load, Machine.OtherLoad());
        return new(SchemaVersion, Machine.Kernel, Machine.Processor, Environment.ProcessorCount, Math.Round(load, 3), Machine.IsQuiet(load), Floors(), rows);
    }

    private Dictionary<string, Window> MeasureAll(Work work, IReadOnlyList<Contest> contests, Dictionary<string, Server> servers)
    {
        var subjects = contests.SelectMany(c => c.Peers.Prepend(c.Ours)).Distinct().ToList();
        var windows = subjects.ToDictionary(s => s, _ => new List<Window>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var subject in round % 2 == 0 ? subjects : Enumerable.Reverse(subjects))
            {
                windows[subject].Add(subject == Subjects.Floor
                    ? Floor("handover")
                    : Window.Measure(_client, work.ClientOperation, servers[subject].File, work.Cpu, work.Threads, milliseconds));
            }
        }

        return windows.ToDictionary(w => w.Key, w => Window.Typical(w.Value, work.IsLatency));
    }

    private Window Floor(string operation) => Window.Measure(_client, operation, "-", 0, 1, milliseconds);

    private Dictionary<string, double> Floors() =>
        new[] { "syscall", "handover" }.ToDictionary(
            floor => floor,
            floor => Window.Typical(Enumerable.Range(0, rounds).Select(_ => Floor(floor)), byLatency: true).P50);
}
