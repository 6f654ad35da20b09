using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Zufs.FileSystems;
using Zufs.Tests.FileSystems.Memory;

namespace Zufs.CompatTests.Properties;

/// <summary>Commands of one client, or of two at the same time; printed as the text that <see cref="Parse"/> takes.</summary>
internal sealed class CommandList(IReadOnlyList<Command> commands)
{
    private static readonly string[] s_paths = ["a", "b", "c", "a/a", "a/b", "b/a", "b/c", "a/b/c", "a/a/a", "c/b/a"];
    private static readonly string[] s_flat = ["a", "b", "c"];
    private static readonly int[] s_numbers = [0, 1, 100, 4095, 4096, 5000, 65_536, 262_143, 300_000];

    /// <summary>The commands.</summary>
    public IReadOnlyList<Command> Commands => commands;

    /// <summary>Lists for one client: any path, up to 60 commands.</summary>
    public static Arbitrary<CommandList> OfOne { get; } = Arb.From(
        Lists(s_paths, [.. Enum.GetValues<Verb>()], clients: 1), static list => list.Shorter());

    /// <summary>Lists for two: single calls on few names, so that they meet, and few enough to try every order.</summary>
    public static Arbitrary<CommandList> OfTwo { get; } = Arb.From(
        Lists(s_flat, [Verb.Mkdir, Verb.Create, Verb.Rmdir, Verb.Unlink, Verb.Rename, Verb.NoReplace, Verb.Exchange, Verb.Truncate], clients: 2)
            .Select(static list => new CommandList([.. list.Commands.Take(10)])),
        static list => list.Shorter());

    public static CommandList Parse(string text) => new([.. text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Command.Parse)]);

    public override string ToString() => string.Join("; ", commands);

    /// <summary>Runs it alone, command by command, on an empty directory and on the model.</summary>
    /// <returns>Null, or the first difference.</returns>
    public string? RunAlone(string top)
    {
        var model = new ModelTree();
        foreach (Command command in commands)
        {
            Errno actual = command.Run(top), expected = command.Run(model);
            if (actual != expected)
                return $"{command} gave {actual}, not {expected}";
        }
        string right = Describe(model.Root), seen = Describe(top);
        return right == seen ? null : $"the tree is\n{seen}, not\n{right}";
    }

    /// <summary>Runs two clients at the same time: what they saw, and what is left, must be what some order of the commands gives.</summary>
    /// <returns>Null, or what no order explains.</returns>
    public string? RunTogether(string top)
    {
        Command[][] clients = [[.. commands.Where(c => c.Client == 0)], [.. commands.Where(c => c.Client == 1)]];
        Errno[][] results = [new Errno[clients[0].Length], new Errno[clients[1].Length]];
        using var start = new Barrier(2);
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(client => new Thread(() =>
        {
            start.SignalAndWait();
            for (int i = 0; i < clients[client].Length; i++)
                results[client][i] = clients[client][i].Run(top);
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        string seen = Describe(top);
        if (Explains(clients, results, seen, []))
            return null;
        string told = string.Join("; ", Enumerable.Range(0, 2).SelectMany(c => clients[c].Zip(results[c], (command, result) => $"{command} -> {result}")));
        return $"no order of the commands gives {told} and\n{seen}";
    }

    private static Gen<CommandList> Lists(string[] paths, Verb[] verbs, int clients) =>
        Gen.ListOf(
            from client in Gen.Choose(0, clients - 1)
            from verb in Gen.Elements(verbs)
            from path in Gen.Elements(paths)
            from other in Gen.Elements(paths)
            from number in Gen.Elements(s_numbers)
            select new Command(client, verb, path, other, number)).Select(static list => new CommandList([.. list]));

    private IEnumerable<CommandList> Shorter()
    {
        for (int size = commands.Count / 2; size > 0; size /= 2)
        {
            for (int at = 0; at + size <= commands.Count; at += size)
                yield return new CommandList([.. commands.Take(at), .. commands.Skip(at + size)]);
        }
    }

    private static bool Explains(Command[][] clients, Errno[][] results, string seen, List<int> order)
    {
        int first = order.Count(c => c == 0), second = order.Count - first;
        if (first == clients[0].Length && second == clients[1].Length)
            return Describe(Replay(clients, results, order)!.Root) == seen;
        for (int client = 0; client < 2; client++)
        {
            if ((client == 0 ? first : second) == clients[client].Length)
                continue;
            order.Add(client);
            bool explains = Replay(clients, results, order) is not null && Explains(clients, results, seen, order);
            order.RemoveAt(order.Count - 1);
            if (explains)
                return true;
        }
        return false;
    }

    // Null when a command gives another result in this order than it gave.
    private static ModelTree? Replay(Command[][] clients, Errno[][] results, List<int> order)
    {
        var model = new ModelTree();
        int[] at = [0, 0];
        foreach (int client in order)
        {
            int i = at[client]++;
            if (clients[client][i].Run(model) != results[client][i])
                return null;
        }
        return model;
    }

    private static string Digest(byte[] content) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content).AsSpan(0, 6));

    private static string Describe(ModelTree.Node node)
    {
        var text = new StringBuilder();
        foreach ((string name, ModelTree.Node child) in node.Children!.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            text.Append(name);
            if (child.Children is null)
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $" {child.Content.Length} {Digest(child.Content)} {child.Nlink}\n");
            else
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"/ {child.Nlink}\n{Describe(child)}..\n");
        }
        return text.ToString();
    }

    private static string Describe(string directory)
    {
        var text = new StringBuilder();
        foreach (string path in Directory.EnumerateFileSystemEntries(directory).Order(StringComparer.Ordinal))
        {
            text.Append(Path.GetFileName(path));
            if (Directory.Exists(path))
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"/ {PathCalls.LinksOf(path)}\n{Describe(path)}..\n");
                continue;
            }
            byte[] content = File.ReadAllBytes(path);
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $" {content.Length} {Digest(content)} {PathCalls.LinksOf(path)}\n");
        }
        return text.ToString();
    }
}
