using System.CommandLine;
using System.Text.Json;
using Zufs.Bench;

var programs = new Option<string>("--programs") { Description = "The folder with the servers and the client.", DefaultValueFactory = _ => "artifacts/bench" };
var peers = new Option<string?>("--peer-dir") { Description = "The folder with the servers on libfuse, when it is another: somebody's newer libfuse." };
var json = new Option<string>("--json-file") { Description = "Where the JSON goes.", DefaultValueFactory = _ => "artifacts/bench.json" };
var rounds = new Option<int>("--rounds") { Description = "Visits to each server for each load.", DefaultValueFactory = _ => 14 };
var window = new Option<int>("--window") { Description = "Milliseconds of a visit.", DefaultValueFactory = _ => 100 };
var only = new Option<string?>("--only") { Description = "Only loads whose name contains this." };
var command = new RootCommand("Measures the null file system in C# against the same in C and on libfuse.") { programs, peers, json, rounds, window, only };
command.SetAction(result =>
{
    try
    {
        var folder = result.GetRequiredValue(programs);
        var report = new BenchRun(folder, result.GetValue(peers) ?? folder, result.GetRequiredValue(rounds), result.GetRequiredValue(window)).Run(result.GetValue(only));
        var format = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };
        File.WriteAllText(result.GetRequiredValue(json), JsonSerializer.Serialize(report, format) + "\n");
        Console.Write(report.ToTable());
        return report.Quiet && report.Rows.Any(r => r.Met == false) ? 1 : 0;
    }
    catch (BenchException trouble)
    {
        Console.Error.WriteLine($"zufs-bench: {trouble.Message}");
        return 2;
    }
});
return command.Parse(args).Invoke();
