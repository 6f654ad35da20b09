using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.FileSystems;
using Zufs.Protocol;
using static Zufs.Protocol.FuseNotifyCode;

namespace Zufs.Sessions;

/// <content>Each notification as bytes: <c>fuse_out_header</c> with id 0 and the code in place of the error, then its structure.</content>
internal sealed partial class Notifier
{
    // An id is bit 62, so that it is none of the kernel's own, which count from 2 on; a number from bit 33 on (bit 61 marks kicks), so that no two are the
    // same, which a ring would mix up; the cookie; and 0, as bit 0 marks interrupts.
    private const ulong RetrieveBit = 1UL << 62;
    private const int NumberShift = 33;
    private const ulong MaxNumber = (1UL << (61 - NumberShift)) - 1;

    private long _retrieves;

    /// <summary>NOTIFY_RESEND as bytes, for who must send it before anything else happens.</summary>
    public static byte[] ResendMessage => Encode(FUSE_NOTIFY_RESEND, [], []);

    /// <summary>The cookie behind the id that a NOTIFY_REPLY bears.</summary>
    public static ulong CookieOf(ulong unique) => unique >> 1 & uint.MaxValue;

    /// <inheritdoc/>
    public void InvalidateNode(ulong node, long offset, long length, Action<Errno>? done = null) =>
        Enqueue(FUSE_NOTIFY_INVAL_INODE, new FuseNotifyInvalInodeOut { Ino = node, Off = offset, Len = length }, [], done);

    /// <inheritdoc/>
    public void InvalidateEntry(ulong parent, ReadOnlySpan<byte> name, bool expireOnly = false, Action<Errno>? done = null)
    {
        if (IsName(name, done))
        {
            var wire = new FuseNotifyInvalEntryOut { Parent = parent, NameLength = (uint)name.Length, Flags = expireOnly ? FuseConstants.ExpireOnly : 0 };
            Enqueue(FUSE_NOTIFY_INVAL_ENTRY, wire, [.. name, 0], done);
        }
    }

    /// <inheritdoc/>
    public void Delete(ulong parent, ulong child, ReadOnlySpan<byte> name, Action<Errno>? done = null)
    {
        if (IsName(name, done))
            Enqueue(FUSE_NOTIFY_DELETE, new FuseNotifyDeleteOut { Parent = parent, Child = child, NameLength = (uint)name.Length }, [.. name, 0], done);
    }

    /// <inheritdoc/>
    public void Store(ulong node, ulong offset, ReadOnlySpan<byte> data, Action<Errno>? done = null) =>
        Enqueue(FUSE_NOTIFY_STORE, new FuseNotifyStoreOut { NodeId = node, Offset = offset, Size = (uint)data.Length }, data, done);

    /// <inheritdoc/>
    public void Retrieve(ulong cookie, ulong node, ulong offset, uint size, Action<Errno>? done = null)
    {
        if (cookie > uint.MaxValue)
        {
            Tell(done, Errno.EINVAL);
            return;
        }
        ulong number = (ulong)Interlocked.Increment(ref _retrieves) & MaxNumber;
        var wire = new FuseNotifyRetrieveOut { NotifyUnique = RetrieveBit | number << NumberShift | cookie << 1, NodeId = node, Offset = offset, Size = size };
        Enqueue(FUSE_NOTIFY_RETRIEVE, wire, [], done);
    }

    /// <inheritdoc/>
    public void PollWakeup(ulong pollHandle, Action<Errno>? done = null) =>
        Enqueue(FUSE_NOTIFY_POLL, new FuseNotifyPollWakeupOut { Kh = pollHandle }, [], done);

    /// <inheritdoc/>
    public void IncrementEpoch(Action<Errno>? done = null) => Enqueue(FUSE_NOTIFY_INC_EPOCH, Encode(FUSE_NOTIFY_INC_EPOCH, [], []), done);

    /// <inheritdoc/>
    public void Prune(ReadOnlySpan<ulong> nodes, Action<Errno>? done = null) =>
        Enqueue(FUSE_NOTIFY_PRUNE, new FuseNotifyPruneOut { Count = (uint)nodes.Length }, MemoryMarshal.AsBytes(nodes), done);

    /// <inheritdoc/>
    public void Resend(Action<Errno>? done = null) => Enqueue(FUSE_NOTIFY_RESEND, Encode(FUSE_NOTIFY_RESEND, [], []), done);

    private static byte[] Encode(FuseNotifyCode code, ReadOnlySpan<byte> structure, ReadOnlySpan<byte> tail)
    {
        int headerSize = Unsafe.SizeOf<FuseOutHeader>();
        var bytes = new byte[headerSize + structure.Length + tail.Length];
        var header = new FuseOutHeader { Len = (uint)bytes.Length, Error = (int)code };
        MemoryMarshal.Write(bytes, in header);
        structure.CopyTo(bytes.AsSpan(headerSize));
        tail.CopyTo(bytes.AsSpan(headerSize + structure.Length));
        return bytes;
    }

    private void Enqueue<T>(FuseNotifyCode code, T structure, ReadOnlySpan<byte> tail, Action<Errno>? done)
        where T : unmanaged =>
        Enqueue(code, Encode(code, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in structure)), tail), done);

    private bool IsName(ReadOnlySpan<byte> name, Action<Errno>? done)
    {
        if (WireName.IsEntry(name) && !name.Contains((byte)0) && name.Length <= FuseConstants.NameMax)
            return true;
        Tell(done, name.Length > FuseConstants.NameMax ? Errno.ENAMETOOLONG : Errno.EINVAL);
        return false;
    }
}
