using System.CommandLine;
using System.Text.Json;
using Zufs.Bench;

var programs = new Option<string>("--programs") { Description = "The folder with the servers and the client.", DefaultValueFactory = _ => "artifacts/bench" };
var json = new Option<string>("--json-file") { Description = "Where the JSON goes.", DefaultValueFactory = _ => "artifacts/bench.json" };
var rounds = new Option<int>("--rounds") { Description = "Visits to each server for each load.", DefaultValueFactory = _ => 14 };
var window = new Option<int>("--window") { Description = "Milliseconds of a visit.", DefaultValueFactory = _ => 100 };
var only = new Option<string?>("--only") { Description = "Only loads whose name contains this." };
var command = new RootCommand("Measures the null file system in C# against the same in C, on each channel.") { programs, json, rounds, window, only };
command.SetAction(result =>
{
    try
    {
        var report = new BenchRun(result.GetRequiredValue(programs), result.GetRequiredValue(rounds), result.GetRequiredValue(window)).Run(result.GetValue(only));
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
