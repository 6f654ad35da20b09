using Zufs.Protocol;

namespace Zufs.FileSystems;

/// <summary>This API's entries and attributes as the wire has them.</summary>
internal static class AttributesEncoding
{
    /// <summary>As <c>struct fuse_attr</c>. <paramref name="node"/> is shown where the file system gave no inode number.</summary>
    public static void Encode(in Attributes attributes, ulong node, out FuseAttr wire)
    {
        wire = default;
        wire.Ino = attributes.Ino != 0 ? attributes.Ino : node;
        wire.Size = attributes.Size;
        wire.Blocks = attributes.Blocks;
        wire.Atime = (ulong)attributes.Atime.Seconds;
        wire.Mtime = (ulong)attributes.Mtime.Seconds;
        wire.Ctime = (ulong)attributes.Ctime.Seconds;
        wire.AtimeNsec = attributes.Atime.Nanoseconds;
        wire.MtimeNsec = attributes.Mtime.Nanoseconds;
        wire.CtimeNsec = attributes.Ctime.Nanoseconds;
        wire.Mode = attributes.Mode;
        wire.Nlink = attributes.Nlink;
        wire.Uid = attributes.Uid;
        wire.Gid = attributes.Gid;
        wire.Rdev = attributes.Rdev;
        wire.BlkSize = attributes.BlockSize;
        wire.Flags = attributes.Flags;
    }

    /// <summary>As <c>struct fuse_entry_out</c>.</summary>
    public static void Encode(in Entry entry, out FuseEntryOut wire)
    {
        wire = default;
        wire.NodeId = entry.Node;
        wire.Generation = entry.Generation;
        wire.EntryValid = entry.EntryTimeout.Seconds;
        wire.EntryValidNsec = entry.EntryTimeout.Nanoseconds;
        wire.AttrValid = entry.AttrTimeout.Seconds;
        wire.AttrValidNsec = entry.AttrTimeout.Nanoseconds;
        Encode(entry.Attributes, entry.Node, out wire.Attr);
    }
}
