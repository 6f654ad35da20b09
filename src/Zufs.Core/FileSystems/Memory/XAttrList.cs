using System.Runtime.CompilerServices;
using Zufs.Arenas;

namespace Zufs.FileSystems.Memory;

/// <summary>The extended attributes of an inode: a list, as there are few. All calls hold the inode's lock of contents.</summary>
internal readonly struct XAttrList(BlockStore store)
{
    /// <summary>Reads a value. ENODATA, ERANGE.</summary>
    public Errno Get(ref Inode inode, ReadOnlySpan<byte> name, ref XAttrReply reply)
    {
        ref long link = ref Find(ref inode, name);
        return link == 0 ? Errno.ENODATA : reply.Set(ValueAt(link));
    }

    /// <summary>The value where it stands; valid until the inode's attributes change.</summary>
    public bool TryFind(ref Inode inode, ReadOnlySpan<byte> name, out Span<byte> value)
    {
        ref long link = ref Find(ref inode, name);
        value = link == 0 ? default : ValueAt(link);
        return link != 0;
    }

    /// <summary>Sets a value. EEXIST, ENODATA, ENOSPC.</summary>
    public Errno Set(ref Inode inode, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool mustBeNew, bool mustExist)
    {
        ref long link = ref Find(ref inode, name);
        if (mustBeNew && link != 0)
            return Errno.EEXIST;
        if (mustExist && link == 0)
            return Errno.ENODATA;
        int size = SizeOf(name.Length, value.Length);
        if (!store.Reserve(BlockStore.BlockSize(size)))
            return Errno.ENOSPC;
        long made = Arena.Allocate(size);
        if (made == 0)
        {
            store.Unreserve(BlockStore.BlockSize(size));
            return Errno.ENOSPC;
        }
        long old = link;
        Arena.At<XAttrRecord>(made) = new XAttrRecord
        {
            Next = old == 0 ? 0 : Arena.At<XAttrRecord>(old).Next,
            NameLength = name.Length,
            ValueLength = value.Length,
        };
        name.CopyTo(NameAt(made));
        value.CopyTo(ValueAt(made));
        // One store replaces the old value by the new one.
        Volatile.Write(ref link, made);
        Free(old);
        return Errno.Success;
    }

    /// <summary>Removes an attribute. ENODATA.</summary>
    public Errno Remove(ref Inode inode, ReadOnlySpan<byte> name)
    {
        ref long link = ref Find(ref inode, name);
        long old = link;
        if (old == 0)
            return Errno.ENODATA;
        Volatile.Write(ref link, Arena.At<XAttrRecord>(old).Next);
        Free(old);
        return Errno.Success;
    }

    /// <summary>Lists the names, each with its NUL. ERANGE.</summary>
    public Errno List(ref Inode inode, bool withTrusted, ref XAttrReply reply)
    {
        int size = 0;
        Errno error = Errno.Success;
        for (long record = inode.XAttrs; record != 0; record = Arena.At<XAttrRecord>(record).Next)
        {
            Span<byte> name = NameAt(record);
            if (!withTrusted && name.StartsWith("trusted."u8))
                continue;
            if (!reply.IsSizeQuery)
            {
                if (size + name.Length + 1 > reply.Room.Length)
                {
                    error = Errno.ERANGE;
                    break;
                }
                name.CopyTo(reply.Room[size..]);
                reply.Room[size + name.Length] = 0;
            }
            size += name.Length + 1;
        }
        reply.Size = size;
        return error;
    }

    /// <summary>Bytes that they take.</summary>
    public long CountBytes(ref Inode inode)
    {
        long bytes = 0;
        for (long record = inode.XAttrs; record != 0; record = Arena.At<XAttrRecord>(record).Next)
        {
            ref XAttrRecord head = ref Arena.At<XAttrRecord>(record);
            bytes += BlockStore.BlockSize(SizeOf(head.NameLength, head.ValueLength));
        }
        return bytes;
    }

    /// <summary>Frees all of them.</summary>
    public void Clear(ref Inode inode)
    {
        while (inode.XAttrs != 0)
        {
            long record = inode.XAttrs;
            Volatile.Write(ref inode.XAttrs, Arena.At<XAttrRecord>(record).Next);
            Free(record);
        }
    }

    private Arena Arena => store.Arena;

    private static int SizeOf(int name, int value) => Unsafe.SizeOf<XAttrRecord>() + name + value;

    private Span<byte> NameAt(long record) =>
        Arena.Bytes(record + Unsafe.SizeOf<XAttrRecord>(), Arena.At<XAttrRecord>(record).NameLength);

    private Span<byte> ValueAt(long record)
    {
        ref XAttrRecord head = ref Arena.At<XAttrRecord>(record);
        return Arena.Bytes(record + Unsafe.SizeOf<XAttrRecord>() + head.NameLength, head.ValueLength);
    }

    // The link that leads to the record: its value is 0 where there is none.
    private ref long Find(ref Inode inode, ReadOnlySpan<byte> name)
    {
        ref long link = ref inode.XAttrs;
        while (link != 0 && !name.SequenceEqual(NameAt(link)))
            link = ref Arena.At<XAttrRecord>(link).Next;
        return ref link;
    }

    private void Free(long record)
    {
        if (record == 0)
            return;
        ref XAttrRecord head = ref Arena.At<XAttrRecord>(record);
        int size = SizeOf(head.NameLength, head.ValueLength);
        Arena.Free(record, size);
        store.Unreserve(BlockStore.BlockSize(size));
    }
}
