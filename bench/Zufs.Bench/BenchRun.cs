namespace Zufs.Bench;

/// <summary>
/// The method: all servers are mounted at once and visited in short windows, forth and back in turn, so that none has the quiet minute to
/// itself; what counts is the median over the less disturbed half.
/// </summary>
/// <param name="programs">The folder with the servers and the client.</param>
/// <param name="rounds">How often each server is visited for each load.</param>
/// <param name="milliseconds">The length of a window.</param>
internal sealed class BenchRun(string programs, int rounds, int milliseconds)
{
    private const int SchemaVersion = 1;
    private static readonly string[] s_channels = ["uring", "fuse"];

    private readonly string _client = Path.Combine(programs, "client");

    /// <summary>Measures everything.</summary>
    /// <param name="only">Loads whose name contains this; null for all.</param>
    /// <exception cref="BenchException">A server or the client failed.</exception>
    public BenchReport Run(string? only)
    {
        var load = Machine.OtherLoad();
        var folder = Directory.CreateTempSubdirectory("zufs-bench").FullName;
        var rows = new List<BenchRow>();
        var servers = new Dictionary<(string Channel, bool Ours), Server>();
        try
        {
            foreach (var channel in s_channels)
            {
                servers[(channel, true)] = Server.Start(folder, $"ours-{channel}", Path.Combine(programs, "zufs-null"), channel);
                servers[(channel, false)] = Server.Start(folder, $"peer-{channel}", Path.Combine(programs, $"null-{channel}"));
            }

            foreach (var channel in s_channels)
            {
                foreach (var work in Work.All(channel).Where(w => only is null || w.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
                {
                    Console.Error.WriteLine($"{channel}: {work.Name}");
                    var (ours, peer) = Compare(work, servers[(channel, true)], servers[(channel, false)]);
                    rows.Add(BenchRow.Create(channel, work, ours, peer));
                }
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

    private (Window Ours, Window Peer) Compare(Work work, Server ours, Server peer)
    {
        var ofOurs = new List<Window>();
        var ofPeer = new List<Window>();
        for (var round = 0; round < rounds; round++)
        {
            if (round % 2 == 0)
            {
                ofOurs.Add(Measure(work, ours));
                ofPeer.Add(Measure(work, peer));
            }
            else
            {
                ofPeer.Add(Measure(work, peer));
                ofOurs.Add(Measure(work, ours));
            }
        }

        return (Window.Typical(ofOurs, work.IsLatency), Window.Typical(ofPeer, work.IsLatency));
    }

    private Window Measure(Work work, Server server) =>
        Window.Measure(_client, work.ClientOperation, server.File, work.Cpu, work.Threads, milliseconds);

    private Dictionary<string, double> Floors() =>
        new[] { "syscall", "handover" }.ToDictionary(
            floor => floor,
            floor => Window.Typical(Enumerable.Range(0, rounds).Select(_ => Window.Measure(_client, floor, "-", 0, 1, milliseconds)), byLatency: true).P50);
}
