using System.Globalization;
using Zufs.FileSystems;
using Zufs.Tests.FileSystems.Memory;

namespace Zufs.CompatTests.Properties;

/// <summary>What a command does: one system call, but for <see cref="Write"/>.</summary>
internal enum Verb
{
    Mkdir,
    Create,
    Rmdir,
    Unlink,
    Rename,
    NoReplace,
    Exchange,
    Truncate,
    Link,
    Write,
}

/// <summary>One command of one client; as text <c>0:rename,a,b/c,0</c>.</summary>
/// <param name="Client">Which client gives it, 0 or 1.</param>
/// <param name="Verb">What it does.</param>
/// <param name="Path">With what, below the tree.</param>
/// <param name="Other">The second path, of those that have one.</param>
/// <param name="Number">A length or offset.</param>
internal sealed record Command(int Client, Verb Verb, string Path, string Other, int Number)
{
    public static Command Parse(string text)
    {
        string[] client = text.Split(':', 2);
        string[] part = client[1].Split(',');
        return new Command(int.Parse(client[0], CultureInfo.InvariantCulture), Enum.Parse<Verb>(part[0], ignoreCase: true), part[1], part[2],
            int.Parse(part[3], CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Client}:{Verb.ToString().ToLowerInvariant()},{Path},{Other},{Number}");

    /// <summary>Does it below a directory.</summary>
    public Errno Run(string top)
    {
        string path = $"{top}/{Path}", other = $"{top}/{Other}";
        return Verb switch
        {
            Verb.Mkdir => PathCalls.MkDir(path),
            Verb.Create => PathCalls.Create(path),
            Verb.Rmdir => PathCalls.RmDir(path),
            Verb.Unlink => PathCalls.Unlink(path),
            Verb.Rename => PathCalls.Rename(path, other, 0),
            Verb.NoReplace => PathCalls.Rename(path, other, 1),
            Verb.Exchange => PathCalls.Rename(path, other, 2),
            Verb.Truncate => PathCalls.Truncate(path, Number),
            Verb.Link => PathCalls.Link(path, other),
            _ => PathCalls.Write(path, Data(), Number),
        };
    }

    /// <summary>Does it to the model.</summary>
    public Errno Run(ModelTree model)
    {
        switch (Verb)
        {
            case Verb.Mkdir:
                return model.Add(Path, new ModelTree.Node { Children = [] });
            case Verb.Create:
                return model.Add(Path, new ModelTree.Node());
            case Verb.Rmdir:
                return model.Remove(Path, directory: true);
            case Verb.Unlink:
                return model.Remove(Path, directory: false);
            case Verb.Rename:
                return model.Rename(Path, Other, 0);
            case Verb.NoReplace:
                return model.Rename(Path, Other, 1);
            case Verb.Exchange:
                return model.Rename(Path, Other, 2);
            case Verb.Link:
                return Link(model);
            default:
                Errno error = model.Resolve(Path, out ModelTree.Node node);
                if (error == Errno.Success && node.Children is not null)
                    error = Errno.EISDIR;
                if (error != Errno.Success)
                    return error;
                if (Verb == Verb.Truncate)
                    node.Resize(Number);
                else
                    node.Write(Number, Data());
                return Errno.Success;
        }
    }

    private byte[] Data() => [.. Enumerable.Range(0, 5000).Select(i => (byte)(i + Number + Path.Length))];

    private Errno Link(ModelTree model)
    {
        Errno error = model.Resolve(Path, out ModelTree.Node node);
        if (error == Errno.Success)
            error = model.Parent(Other, out _, out _);
        if (error != Errno.Success)
            return error;
        if (model.Resolve(Other, out _) == Errno.Success)
            return Errno.EEXIST;
        return node.Children is not null ? Errno.EPERM : model.Add(Other, node);
    }
}
