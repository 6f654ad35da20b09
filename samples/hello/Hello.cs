using Zufs.FileSystems;
using FileMode = Zufs.FileSystems.FileMode;

/// <summary>A file system with one file: <c>zufs-migrate run hello.dll MOUNTPOINT</c>, then <c>cat MOUNTPOINT/hello</c>.</summary>
public sealed class Hello : FileSystemBase
{
    private static ReadOnlySpan<byte> Text => "Hello, world!\n"u8;

    public override FileSystemTraits Traits { get; } = new() { Name = "hello", Concurrency = Concurrency.Parallel, Recovery = RecoveryClass.Stateless };

    public override Errno Lookup(in Request request, ulong parent, ReadOnlySpan<byte> name, ref Entry entry)
    {
        entry.Node = 2;
        return name.SequenceEqual("hello"u8) ? GetAttr(request, 2, 0, ref entry.Attributes, ref entry.AttrTimeout) : Errno.ENOENT;
    }

    public override Errno GetAttr(in Request request, ulong node, ulong handle, ref Attributes attributes, ref CacheTimeout timeout)
    {
        attributes.Mode = node == 1 ? FileMode.S_IFDIR | 0x1ED : FileMode.S_IFREG | 0x124; // 0755, 0444
        attributes.Nlink = node == 1 ? 2u : 1;
        attributes.Size = node == 1 ? 0 : (ulong)Text.Length;
        return Errno.Success;
    }

    public override Errno ReadDir(in Request request, ulong node, ulong handle, ulong offset, ref DirectoryWriter writer)
    {
        if (offset == 0)
            writer.TryAdd("hello"u8, nextOffset: 1, ino: 2, FileMode.DirectoryType(FileMode.S_IFREG));
        return Errno.Success;
    }

    public override Errno Read(in Request request, ulong node, ulong handle, ulong offset, ref DataReply reply)
    {
        ReadOnlySpan<byte> rest = Text[(int)Math.Min(offset, (ulong)Text.Length)..];
        int count = Math.Min(rest.Length, reply.Room.Length);
        rest[..count].CopyTo(reply.Room);
        reply.Fill(count);
        return Errno.Success;
    }
}
