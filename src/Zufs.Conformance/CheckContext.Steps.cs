using Zufs.Conformance.Interop;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance;

/// <content>Steps of several calls that many checks need. Recorded only when one fails, which ends the body.</content>
public sealed partial class CheckContext
{
    /// <summary>Seeded bytes.</summary>
    internal byte[] Data(int length) => _random.Bytes(length);

    /// <summary>A new file with this data, open for reading and writing.</summary>
    internal int Create(Name name, ReadOnlySpan<byte> data = default, int octal = 644)
    {
        int fd = Ready($"create {name}", Open(name, O_RDWR | O_CREAT | O_EXCL, Octal(octal)));
        if (!data.IsEmpty) WriteAt(fd, data, 0);
        return fd;
    }

    /// <summary>A new file with this data, closed.</summary>
    internal void Put(Name name, ReadOnlySpan<byte> data = default, int octal = 644) =>
        Ready($"close {name}", Close(Create(name, data, octal)));

    /// <summary>Writes everything at an offset; a short write that isn't an error goes on.</summary>
    internal void WriteAt(int fd, ReadOnlySpan<byte> data, long offset)
    {
        while (!data.IsEmpty)
        {
            int written = Ready($"write {data.Length} bytes at {offset}", Sys.PWrite(fd, data, offset));
            if (written == 0) Works("write", new Outcome(-1, Errno.EIO));
            data = data[written..];
            offset += written;
        }
    }

    /// <summary>Reads to the end of the file or <paramref name="length"/> bytes, whatever comes first.</summary>
    internal byte[] ReadAt(int fd, long offset, int length)
    {
        byte[] buffer = new byte[length];
        int filled = 0;
        while (filled < length)
        {
            int read = Ready($"read at {offset + filled}", Sys.PRead(fd, buffer.AsSpan(filled), offset + filled));
            if (read == 0) break;
            filled += read;
        }

        return buffer[..filled];
    }

    /// <summary>The whole content by name.</summary>
    internal byte[] Content(Name name)
    {
        int fd = Ready($"open {name} to read", Open(name, O_RDONLY));
        byte[] data = ReadAt(fd, 0, checked((int)Status(fd).Size));
        Ready($"close {name}", Close(fd));
        return data;
    }

    /// <summary>Attributes by name; a symlink's own.</summary>
    internal FileStatus Status(Name name)
    {
        Ready($"stat {name}", LStat(name, out var status));
        return status;
    }

    /// <summary>Attributes of an open file.</summary>
    internal FileStatus Status(int fd)
    {
        Ready("fstat", Sys.Status(fd, out var status));
        return status;
    }

    /// <summary>All records of a directory, "." and ".." too.</summary>
    internal List<DirectoryItem> List(Name name, int bufferSize = 32 * 1024)
    {
        int fd = Ready($"open directory {name}", Open(name, O_RDONLY | O_DIRECTORY));
        var items = Rest(fd, bufferSize);
        Ready($"close directory {name}", Close(fd));
        return items;
    }

    /// <summary>The records from where the open directory stands to its end.</summary>
    internal List<DirectoryItem> Rest(int fd, int bufferSize = 32 * 1024)
    {
        var items = new List<DirectoryItem>();
        byte[] buffer = new byte[bufferSize];
        while (Ready("getdents", Sys.List(fd, buffer, items)) > 0)
        {
        }

        return items;
    }

    /// <summary>The sorted names of a directory, without "." and "..".</summary>
    internal List<string> Names(Name name) => Sorted(List(name));

    /// <summary>Sorted names, without "." and "..".</summary>
    internal static List<string> Sorted(IEnumerable<DirectoryItem> items)
    {
        List<string> names = [.. items.Where(item => !item.IsDot).Select(item => item.Name.ToString())];
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>The names of the check's own directory in one line must be these.</summary>
    internal void Contains(string what, params string[] names)
    {
        Array.Sort(names, StringComparer.Ordinal);
        Is(what, string.Join(" ", names), string.Join(" ", Names(".").Select(Shown)));
    }

    // libfuse hides an unlinked file that is open behind a name with numbers of that mount's own: that there is one is what two mounts agree on.
    private static string Shown(string name) => name.StartsWith(".fuse_hidden", StringComparison.Ordinal) ? "(a .fuse_hidden name)" : name;

    /// <summary>A time that certainly lies before now on any clock granularity: sets atime and mtime of a name to it.</summary>
    internal void MakeOld(Name name)
    {
        var old = new TimeValue(1_000_000_000, 0);
        Ready($"set times of {name}", SetTimes(name, old, old));
    }

    /// <summary>Whether mtime was moved forward from what <see cref="MakeOld"/> set.</summary>
    internal static bool IsRecent(TimeValue time) => time.Seconds > 1_500_000_000;

    /// <summary>Long enough that a new time differs from one taken before: kernels stamp times by the tick (10 ms at most).</summary>
    internal static void NextTick() => Thread.Sleep(25);
}
