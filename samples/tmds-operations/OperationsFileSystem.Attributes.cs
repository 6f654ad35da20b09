using Tmds.Fuse;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Samples;

/// <content>Attributes, and extended ones.</content>
public sealed partial class OperationsFileSystem
{
    private const int XAttrCreate = 1;
    private const int XAttrReplace = 2;
    private const uint Unchanged = uint.MaxValue;

    public override int GetAttr(ReadOnlySpan<byte> path, ref stat stat, FuseFileInfoRef fiRef)
    {
        int result = Find(path, fiRef, out Node node);
        if (result == 0)
            node.Fill(ref stat);
        return result;
    }

    public override int Access(ReadOnlySpan<byte> path, mode_t mode) => Find(path, default, out _);

    public override int ChMod(ReadOnlySpan<byte> path, mode_t mode, FuseFileInfoRef fiRef)
    {
        int result = Find(path, fiRef, out Node node);
        if (result != 0)
            return result;
        node.Mode = (node.Mode & S_IFMT) | (mode & ~S_IFMT);
        node.Touch();
        return 0;
    }

    public override int Chown(ReadOnlySpan<byte> path, uint uid, uint gid, FuseFileInfoRef fiRef)
    {
        int result = Find(path, fiRef, out Node node);
        if (result != 0)
            return result;
        if (uid != Unchanged)
            node.Owner = uid;
        if (gid != Unchanged)
            node.Group = gid;
        node.Touch();
        return 0;
    }

    public override int UpdateTimestamps(ReadOnlySpan<byte> path, ref timespec atime, ref timespec mtime, FuseFileInfoRef fiRef)
    {
        int result = Find(path, fiRef, out Node node);
        if (result == 0)
            node.SetTimes(atime, mtime);
        return result;
    }

    public override int StatFS(ReadOnlySpan<byte> path, ref statvfs statfs)
    {
        statfs.f_bsize = 4096;
        statfs.f_frsize = 4096;
        statfs.f_blocks = (ulong)(_capacity.Total / 4096);
        statfs.f_bfree = (ulong)(_capacity.Free / 4096);
        statfs.f_bavail = statfs.f_bfree;
        statfs.f_files = 1ul << 20;
        statfs.f_ffree = (1ul << 20) - (ulong)Math.Min(1 << 20, Interlocked.Read(ref _nodes));
        statfs.f_favail = statfs.f_ffree;
        statfs.f_namemax = MaxName;
        return 0;
    }

    public override int SetXAttr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, int flags)
    {
        if (name.StartsWith("system."u8))
            return -EOPNOTSUPP;
        byte[] key = name.ToArray();
        lock (_tree)
        {
            int result = Find(path, out Node node);
            if (result != 0)
                return result;
            bool exists = node.Attributes.ContainsKey(key);
            if (flags == XAttrCreate && exists)
                return -EEXIST;
            if (flags == XAttrReplace && !exists)
                return -ENODATA;
            node.Attributes[key] = data.ToArray();
            node.Touch();
            return 0;
        }
    }

    public override int GetXAttr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, Span<byte> data)
    {
        lock (_tree)
        {
            int result = Find(path, out Node node);
            if (result != 0)
                return result;
            // The kernel asks for security.capability at every write: most files have nothing to look through.
            if (node.Attributes.Count == 0 || !node.Attributes.TryGetValue(name.ToArray(), out byte[]? value))
                return -ENODATA;
            if (data.IsEmpty)
                return value.Length;
            if (value.Length > data.Length)
                return -ERANGE;
            value.CopyTo(data);
            return value.Length;
        }
    }

    public override int ListXAttr(ReadOnlySpan<byte> path, Span<byte> list)
    {
        lock (_tree)
        {
            int result = Find(path, out Node node);
            if (result != 0)
                return result;
            int size = node.Attributes.Keys.Sum(n => n.Length + 1);
            if (list.IsEmpty)
                return size;
            if (size > list.Length)
                return -ERANGE;
            foreach (byte[] name in node.Attributes.Keys)
            {
                name.CopyTo(list);
                list[name.Length] = 0;
                list = list[(name.Length + 1)..];
            }
            return size;
        }
    }

    public override int RemoveXAttr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name)
    {
        lock (_tree)
        {
            int result = Find(path, out Node node);
            if (result != 0)
                return result;
            if (!node.Attributes.Remove(name.ToArray()))
                return -ENODATA;
            node.Touch();
            return 0;
        }
    }
}
