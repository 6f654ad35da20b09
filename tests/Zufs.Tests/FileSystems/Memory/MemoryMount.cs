using System.Text;
using Zufs.Arenas;
using Zufs.FileSystems;
using Zufs.FileSystems.Memory;

namespace Zufs.Tests.FileSystems.Memory;

/// <summary>A memory file system without a mount: the operations as a session would call them, for tests to read well.</summary>
internal sealed class MemoryMount : IDisposable
{
    public const ulong Root = 1;
    private readonly Scope _scope = new();

    public MemoryMount(MemoryOptions? options = null, long arenaSize = 1L << 32)
        : this(Arena.Create("memory-test", arenaSize), options, isSuccessor: false)
    {
    }

    private MemoryMount(Arena arena, MemoryOptions? options, bool isSuccessor, bool isNothingOpen = false)
    {
        Arena = arena;
        FileSystem = new MemoryFileSystem(options);
        FileSystem.Start(new MountContext(arena, null!, FileSystem.Traits.Features, 1 << 20, 1 << 20, isSuccessor)
        {
            OpenHandles = isNothingOpen ? [] : null,
        });
    }

    public Arena Arena { get; }

    public MemoryFileSystem FileSystem { get; }

    public uint Uid { get; set; }

    public uint Gid { get; set; }

    public Request Request => new(_scope, 2, Uid, Gid, 1);

    /// <summary>Another worker on the same arena; this one is not used any more.</summary>
    public MemoryMount Succeed() => new(Arena, null, isSuccessor: true);

    /// <summary>A worker on an arena that another one left, with nothing open.</summary>
    public static MemoryMount On(Arena arena) => new(arena, null, isSuccessor: true, isNothingOpen: true);

    public static byte[] Name(string name) => Encoding.UTF8.GetBytes(name);

    public Errno TryLookup(ulong parent, string name, out Entry entry)
    {
        entry = default;
        Errno error = FileSystem.Lookup(Request, parent, Name(name), ref entry);
        return error == Errno.Success && entry.Node == 0 ? Errno.ENOENT : error;
    }

    public Entry Lookup(ulong parent, string name) => Must(TryLookup(parent, name, out Entry entry), entry);

    public bool Exists(ulong parent, string name)
    {
        bool found = TryLookup(parent, name, out Entry entry) == Errno.Success;
        if (found)
            FileSystem.Forget(entry.Node, 1);
        return found;
    }

    public Errno TryCreate(ulong parent, string name, out ulong node, uint mode = 0x1A4, uint flags = 0x80)
    {
        Entry entry = default;
        OpenFile file = default;
        Errno error = FileSystem.Create(Request, parent, Name(name), mode, flags, 0, ref entry, ref file);
        node = entry.Node;
        return error;
    }

    /// <summary>Makes a file and leaves it open and looked up once.</summary>
    public ulong Create(ulong parent, string name, uint mode = 0x1A4) => Must(TryCreate(parent, name, out ulong node, mode), node);

    /// <summary>Makes a file with content, closed and forgotten.</summary>
    public void WriteFile(ulong parent, string name, ReadOnlySpan<byte> data)
    {
        ulong node = Create(parent, name);
        Write(node, 0, data);
        Close(node);
        FileSystem.Forget(node, 1);
    }

    public ulong MkDir(ulong parent, string name, uint mode = 0x1ED) => Must(TryMkDir(parent, name, out Entry entry, mode), entry.Node);

    public Errno TryMkDir(ulong parent, string name, out Entry entry, uint mode = 0x1ED)
    {
        entry = default;
        return FileSystem.MkDir(Request, parent, Name(name), mode, 0, ref entry);
    }

    public Errno SymLink(ulong parent, string name, string target, out Entry entry)
    {
        entry = default;
        return FileSystem.SymLink(Request, parent, Name(name), Name(target), ref entry);
    }

    public Errno Link(ulong node, ulong parent, string name)
    {
        Entry entry = default;
        Errno error = FileSystem.Link(Request, node, parent, Name(name), ref entry);
        if (error == Errno.Success)
            FileSystem.Forget(entry.Node, 1);
        return error;
    }

    public Errno Unlink(ulong parent, string name) => FileSystem.Unlink(Request, parent, Name(name));

    public Errno RmDir(ulong parent, string name) => FileSystem.RmDir(Request, parent, Name(name));

    public Errno Rename(ulong from, string name, ulong to, string newName, uint flags = 0) =>
        FileSystem.Rename(Request, from, Name(name), to, Name(newName), flags);

    public Errno TryWrite(ulong node, long offset, ReadOnlySpan<byte> data, out uint written, WriteOptions options = 0) =>
        FileSystem.Write(Request, node, node, (ulong)offset, data, options, out written);

    public void Write(ulong node, long offset, ReadOnlySpan<byte> data)
    {
        Errno error = TryWrite(node, offset, data, out uint written);
        Must(written == data.Length ? error : Errno.ENOSPC, 0);
    }

    public byte[] Read(ulong node, long offset, int length) => Read(node, offset, length, out _);

    /// <summary>Reads as a channel does: takes what was lent, then releases the lease.</summary>
    public byte[] Read(ulong node, long offset, int length, out int lent)
    {
        var room = new byte[length];
        var pieces = new UnmanagedMemory[DataReply.MaxLent];
        var reply = new DataReply(room, pieces);
        Must(FileSystem.Read(Request, node, node, (ulong)offset, ref reply), 0);
        lent = reply.Lent.Length;
        byte[] result = Take(ref reply);
        reply.Lease?.Release(reply.LeaseToken);
        return result;
    }

    public static unsafe byte[] Take(ref DataReply reply)
    {
        if (!reply.IsLent)
            return reply.Room[..reply.Length].ToArray();
        var all = new List<byte>();
        foreach (UnmanagedMemory piece in reply.Lent)
            all.AddRange(new ReadOnlySpan<byte>((void*)piece.Address, piece.Length));
        return [.. all];
    }

    public string ReadLink(ulong node)
    {
        var reply = new DataReply(new byte[4096], default);
        Must(FileSystem.ReadLink(Request, node, ref reply), 0);
        return Encoding.UTF8.GetString(reply.Room[..reply.Length]);
    }

    public Attributes Stat(ulong node)
    {
        Attributes attributes = default;
        CacheTimeout timeout = default;
        return Must(FileSystem.GetAttr(Request, node, 0, ref attributes, ref timeout), attributes);
    }

    public Errno SetAttr(ulong node, AttributeChanges changes)
    {
        Attributes attributes = default;
        CacheTimeout timeout = default;
        return FileSystem.SetAttr(Request, node, 0, changes, ref attributes, ref timeout);
    }

    public Errno Truncate(ulong node, long size) => SetAttr(node, new AttributeChanges { Fields = AttributeFields.Size, Size = (ulong)size });

    public Errno FAllocate(ulong node, long offset, long length, uint mode) =>
        FileSystem.FAllocate(Request, node, node, (ulong)offset, (ulong)length, mode);

    /// <summary>Where lseek(2) ends, or -1 for ENXIO.</summary>
    public long Seek(ulong node, long offset, uint whence)
    {
        ulong result = 0;
        Errno error = FileSystem.LSeek(Request, node, node, (ulong)offset, whence, ref result);
        return error == Errno.ENXIO ? -1 : (long)Must(error, result);
    }

    public void Close(ulong node) => Must(FileSystem.Release(Request, node, node, 0, 0, 0), 0);

    public StatFs StatFs()
    {
        StatFs result = default;
        return Must(FileSystem.StatFs(Request, Root, ref result), result);
    }

    /// <summary>One READDIR: the entries, each with where to go on after it.</summary>
    public List<(string Name, ulong Next, ulong Ino)> List(ulong node, ulong offset = 0, int room = 1 << 20)
    {
        var bytes = new byte[room];
        var writer = new DirectoryWriter(bytes, isPlus: false, default, default);
        Must(FileSystem.ReadDir(Request, node, node, offset, ref writer), 0);
        var entries = new List<(string, ulong, ulong)>();
        for (int at = 0; at < writer.Length;)
        {
            int length = BitConverter.ToInt32(bytes, at + 16);
            entries.Add((Encoding.UTF8.GetString(bytes, at + 24, length), BitConverter.ToUInt64(bytes, at + 8), BitConverter.ToUInt64(bytes, at)));
            at += (24 + length + 7) & ~7;
        }
        return entries;
    }

    /// <summary>All names but <c>.</c> and <c>..</c>, sorted.</summary>
    public List<string> Names(ulong node)
    {
        var names = new List<string>();
        ulong offset = 0;
        for (List<(string Name, ulong Next, ulong Ino)> part; (part = List(node, offset, 4096)).Count > 0; offset = part[^1].Next)
            names.AddRange(part.Select(e => e.Name).Where(n => n is not ("." or "..")));
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    public void Dispose()
    {
        FileSystem.Dispose();
        Arena.Dispose();
    }

    public static T Must<T>(Errno error, T value) =>
        error == Errno.Success ? value : throw new InvalidOperationException($"The operation failed: {error}");

    private sealed class Scope : RequestScope
    {
        public override bool IsResend => false;

        public override ReadOnlySpan<uint> SupplementaryGroups => default;

        public override bool IsInterrupted => false;

        public override DeferredReply? Defer() => null;
    }
}
