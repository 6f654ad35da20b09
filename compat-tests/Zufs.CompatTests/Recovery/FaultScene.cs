using System.Text;
using Zufs.Conformance.Interop;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.CompatTests.Recovery;

/// <summary>A mount on which operations are cut short. Names differ from round to round.</summary>
internal sealed class FaultScene(string root, string kind)
{
    private const int AT_FDCWD = -100;
    private const int AT_SYMLINK_NOFOLLOW = 0x100;

    /// <summary>Which time it is.</summary>
    public int Round { get; set; }

    /// <summary><c>memory</c>, <c>passthrough</c> or <c>tmds-directory</c>.</summary>
    public string Kind => kind;

    /// <summary>What the set-up or the call has opened.</summary>
    public int File { get; set; } = -1;

    /// <summary>What the set-up wants to remember.</summary>
    public ulong Noted { get; set; }

    /// <summary>The mount.</summary>
    public string Root => root;

    /// <summary>A name of this round.</summary>
    public string Of(string name) => $"{name}{Round}";

    /// <summary>A path of this round.</summary>
    public string At(string name) => $"{root}/{Of(name)}";

    /// <summary>Opens, and keeps the descriptor.</summary>
    public Outcome Open(string name, int flags)
    {
        Outcome opened = Sys.Open(AT_FDCWD, At(name), flags | O_CLOEXEC, Octal(640));
        if (!opened.Failed)
            File = (int)opened.Value;
        return opened;
    }

    /// <summary>Opens the mount's root directory.</summary>
    public Outcome OpenRoot(int flags)
    {
        Outcome opened = Sys.Open(AT_FDCWD, root, flags | O_CLOEXEC, Octal(600));
        if (!opened.Failed)
            File = (int)opened.Value;
        return opened;
    }

    /// <summary>Makes a file with bytes in it.</summary>
    public void Make(string name, string content = "")
    {
        Must(Open(name, O_CREAT | O_EXCL | O_RDWR), "create");
        if (content.Length > 0)
            Must(Sys.PWrite(File, Encoding.ASCII.GetBytes(content), 0), "write");
        CloseFile();
    }

    /// <summary>Closes what is open.</summary>
    public Outcome CloseFile()
    {
        Outcome closed = File < 0 ? default : Sys.Close(File);
        File = -1;
        return closed;
    }

    public Outcome MakeDirectory(string name) => Sys.MakeDirectory(AT_FDCWD, At(name), Octal(750));

    public Outcome MakeNode(string name) => Sys.MakeNode(AT_FDCWD, At(name), S_IFREG | Octal(640), 0);

    public Outcome Symlink(string name) => Sys.Symlink("target", AT_FDCWD, At(name));

    public Outcome Link(string name, string newName) => Sys.Link(AT_FDCWD, At(name), AT_FDCWD, At(newName), 0);

    public Outcome Unlink(string name) => Sys.Unlink(AT_FDCWD, At(name));

    public Outcome RemoveDirectory(string name) => Sys.RemoveDirectory(AT_FDCWD, At(name));

    public Outcome Rename(string name, string newName, uint flags = 0) => Sys.Rename(AT_FDCWD, At(name), AT_FDCWD, At(newName), flags);

    /// <summary>What the server says of a file.</summary>
    public FileStatus Status(string name)
    {
        Must(Sys.Status(AT_FDCWD, At(name), AT_SYMLINK_NOFOLLOW, out FileStatus status), $"stat of {Of(name)}");
        return status;
    }

    /// <summary>What the server says of the open file.</summary>
    public FileStatus Status()
    {
        Must(Sys.Status(File, out FileStatus status), "fstat");
        return status;
    }

    /// <summary>The bytes of a file.</summary>
    public string Content(string name)
    {
        int before = File;
        Must(Open(name, O_RDONLY), "open");
        string content = ContentOfOpen();
        CloseFile();
        File = before;
        return content;
    }

    /// <summary>The bytes of the open file.</summary>
    public string ContentOfOpen()
    {
        var buffer = new byte[1 << 17];
        return Encoding.ASCII.GetString(buffer, 0, (int)Must(Sys.PRead(File, buffer, 0), "read").Value);
    }

    /// <summary>The names in the root, in order.</summary>
    public List<string> Names()
    {
        int directory = (int)Must(Sys.Open(AT_FDCWD, root, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0), "open of the root").Value;
        List<string> names = ListOf(directory);
        Sys.Close(directory);
        return names;
    }

    /// <summary>The names in an open directory, in order.</summary>
    public List<string> ListOf(int directory)
    {
        var items = new List<DirectoryItem>();
        while (Must(Sys.List(directory, new byte[4096], items), "getdents").Value > 0)
        {
        }
        List<string> names = [.. items.Select(item => item.Name.ToString()).Where(name => name is not ("." or ".."))];
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>Something must be so.</summary>
    public static void Expect<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new InvalidDataException($"{what} is {actual} and must be {expected}");
    }

    /// <summary>A call that must go well.</summary>
    public static Outcome Must(Outcome outcome, string what) => outcome.Failed ? throw new InvalidDataException($"{what}: {outcome}") : outcome;
}
