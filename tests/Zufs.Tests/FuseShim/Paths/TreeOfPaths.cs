using System.Text;
using Xunit;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.Tests.FuseShim.Paths;

/// <summary>A path-based file system for tests: a dictionary from path to file, and a list of the calls that arrived.</summary>
internal class TreeOfPaths : PathFileSystemBase
{
    private ulong _lastHandle = 100;

    public TreeOfPaths(PathTraits? traits = null)
    {
        Traits = traits ?? new PathTraits { Name = "tree" };
        Files["/"] = new TreeFile { Mode = FileMode.S_IFDIR | 0x1ED };
    }

    public override PathTraits Traits { get; }

    public Dictionary<string, TreeFile> Files { get; } = [];

    /// <summary>Files by handle: they can be read after their path is gone.</summary>
    public Dictionary<ulong, TreeFile> Opened { get; } = [];

    public List<string> Calls { get; } = [];

    /// <summary>Called first in every operation that records a call.</summary>
    public Action<string>? Before { get; set; }

    public Func<string, Errno>? Fail { get; set; }

    public TreeFile Add(string path, string? content = null)
    {
        var file = new TreeFile { Mode = content is null ? FileMode.S_IFDIR | 0x1EDu : FileMode.S_IFREG | 0x1A4u };
        if (content is not null)
            file.Data = Encoding.UTF8.GetBytes(content);
        return Files[path] = file;
    }

    public override Errno GetAttr(in Request request, ReadOnlySpan<byte> path, ref PathFile file, ref Attributes attributes)
    {
        if (!Enter("getattr", path, out string name, out Errno error, file.IsOpen ? $" fh={file.Handle}" : ""))
            return error;
        TreeFile? found = path.IsEmpty ? Opened.GetValueOrDefault(file.Handle) : Files.GetValueOrDefault(name);
        if (found is null)
            return Errno.ENOENT;
        attributes = found.Attributes;
        return Errno.Success;
    }

    public override Errno MkDir(in Request request, ReadOnlySpan<byte> path, uint mode, uint umask)
    {
        if (!Enter("mkdir", path, out string name, out Errno error))
            return error;
        return Files.TryAdd(name, new TreeFile { Mode = mode | FileMode.S_IFDIR }) ? Errno.Success : Errno.EEXIST;
    }

    public override Errno MkNod(in Request request, ReadOnlySpan<byte> path, uint mode, uint rdev, uint umask)
    {
        if (!Enter("mknod", path, out string name, out Errno error))
            return error;
        return Files.TryAdd(name, new TreeFile { Mode = mode }) ? Errno.Success : Errno.EEXIST;
    }

    public override Errno SymLink(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> target)
    {
        if (!Enter("symlink", path, out string name, out Errno error))
            return error;
        return Files.TryAdd(name, new TreeFile { Mode = FileMode.S_IFLNK | 0x1FF, Data = target.ToArray() }) ? Errno.Success : Errno.EEXIST;
    }

    public override Errno ReadLink(in Request request, ReadOnlySpan<byte> path, Span<byte> target, out int length)
    {
        length = 0;
        if (!Enter("readlink", path, out string name, out Errno error))
            return error;
        byte[] data = Files[name].Data;
        data.CopyTo(target);
        length = data.Length;
        return Errno.Success;
    }

    public override Errno Link(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath)
    {
        if (!Enter("link", path, out string name, out Errno error, " " + Encoding.UTF8.GetString(newPath)))
            return error;
        return Files.TryAdd(Encoding.UTF8.GetString(newPath), Files[name]) ? Errno.Success : Errno.EEXIST;
    }

    public override Errno Unlink(in Request request, ReadOnlySpan<byte> path) => Remove("unlink", path);

    public override Errno RmDir(in Request request, ReadOnlySpan<byte> path) => Remove("rmdir", path);

    public override Errno Rename(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath, uint flags)
    {
        string to = Encoding.UTF8.GetString(newPath);
        if (!Enter("rename", path, out string from, out Errno error, $" {to} {flags}"))
            return error;
        AssertNul(newPath);
        lock (Files)
        {
            Dictionary<string, TreeFile> moved = Take(from);
            Dictionary<string, TreeFile> other = Take(to);
            foreach ((string key, TreeFile file) in moved)
                Files[to + key] = file;
            if (flags == 2)
            {
                foreach ((string key, TreeFile file) in other)
                    Files[from + key] = file;
            }
            return moved.Count > 0 ? Errno.Success : Errno.ENOENT;
        }
    }

    public override Errno Open(in Request request, ReadOnlySpan<byte> path, ref PathFile file)
    {
        if (!Enter("open", path, out string name, out Errno error, $" {file.Flags:x}"))
            return error;
        if (!Files.TryGetValue(name, out TreeFile? found))
            return Errno.ENOENT;
        file.Handle = ++_lastHandle;
        Opened[file.Handle] = found;
        return Errno.Success;
    }

    public override Errno Create(in Request request, ReadOnlySpan<byte> path, uint mode, uint umask, ref PathFile file)
    {
        if (!Enter("create", path, out string name, out Errno error, $" {file.Flags:x}"))
            return error;
        file.Handle = ++_lastHandle;
        Opened[file.Handle] = Files[name] = new TreeFile { Mode = mode };
        return Errno.Success;
    }

    public override Errno Read(in Request request, ReadOnlySpan<byte> path, ulong offset, ref PathFile file, ref DataReply reply)
    {
        if (!Enter("read", path, out string name, out Errno error))
            return error;
        byte[] data = Opened.TryGetValue(file.Handle, out TreeFile? found) ? found.Data : Files[name].Data;
        int count = Math.Min(data.Length - (int)offset, reply.Room.Length);
        data.AsSpan((int)offset, count).CopyTo(reply.Room);
        reply.Fill(count);
        return Errno.Success;
    }

    public override Errno Release(in Request request, ReadOnlySpan<byte> path, ref PathFile file)
    {
        Enter("release", path, out _, out _, $" fh={file.Handle}");
        Opened.Remove(file.Handle);
        return Errno.Success;
    }

    protected bool Enter(string operation, ReadOnlySpan<byte> path, out string name, out Errno error, string more = "")
    {
        AssertNul(path);
        name = Encoding.UTF8.GetString(path);
        string call = $"{operation} {name}{more}";
        Before?.Invoke(call);
        lock (Calls)
            Calls.Add(call);
        error = Fail?.Invoke(call) ?? Errno.Success;
        return error == Errno.Success;
    }

    private static unsafe void AssertNul(ReadOnlySpan<byte> path)
    {
        // SAFETY: the contract promises one readable byte behind the span.
        fixed (byte* p = &System.Runtime.InteropServices.MemoryMarshal.GetReference(path))
            Assert.Equal(0, p[path.Length]);
    }

    private Errno Remove(string operation, ReadOnlySpan<byte> path)
    {
        if (!Enter(operation, path, out string name, out Errno error))
            return error;
        return Files.Remove(name) ? Errno.Success : Errno.ENOENT;
    }

    private Dictionary<string, TreeFile> Take(string path)
    {
        Dictionary<string, TreeFile> taken = [];
        foreach (string key in Files.Keys.Where(k => k == path || k.StartsWith(path + "/", StringComparison.Ordinal)).ToList())
        {
            taken[key[path.Length..]] = Files[key];
            Files.Remove(key);
        }
        return taken;
    }
}

internal sealed class TreeFile
{
    public uint Mode { get; set; }

    public byte[] Data { get; set; } = [];

    public Attributes Attributes => new() { Mode = Mode, Nlink = 1, Size = (ulong)Data.Length, Ino = 4711 };
}
