using Tmds.Fuse;
using Tmds.Linux;
using static Tmds.Linux.LibC;

/// <summary>One file with one line. Run it with an empty directory as argument; ^C unmounts.</summary>
public class HelloFileSystem : FuseFileSystemBase
{
    private static ReadOnlySpan<byte> Name => "/hello"u8;
    private static ReadOnlySpan<byte> Text => "Hello, world!\n"u8;

    public override bool SupportsMultiThreading => true;

    public override int GetAttr(ReadOnlySpan<byte> path, ref stat stat, FuseFileInfoRef fiRef)
    {
        bool isRoot = path.SequenceEqual(RootPath);
        if (!isRoot && !path.SequenceEqual(Name))
            return -ENOENT;
        stat.st_mode = isRoot ? S_IFDIR | 0b111_101_101 : S_IFREG | 0b100_100_100;
        stat.st_nlink = isRoot ? 2u : 1u;
        stat.st_size = isRoot ? 0 : Text.Length;
        return 0;
    }

    public override int Open(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => !path.SequenceEqual(Name) ? -ENOENT : (fi.flags & O_ACCMODE) != O_RDONLY ? -EACCES : 0;

    public override int Read(ReadOnlySpan<byte> path, ulong offset, Span<byte> buffer, ref FuseFileInfo fi)
    {
        ReadOnlySpan<byte> rest = offset < (ulong)Text.Length ? Text[(int)offset..] : default;
        int count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        return count;
    }

    public override int ReadDir(ReadOnlySpan<byte> path, ulong offset, ReadDirFlags flags, DirectoryContent content, ref FuseFileInfo fi)
    {
        foreach (string name in (string[])[".", "..", "hello"]) content.AddEntry(name);
        return 0;
    }
}
