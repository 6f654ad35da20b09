using System.Runtime.CompilerServices;
using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Channels;

/// <summary>
/// Splits and checks requests by the operation table. All channels use it, so that what a session sees adds up wherever it came from.
/// </summary>
internal static unsafe class RequestFormat
{
    public const int HeaderSize = 40;
    public const int ReplyHeaderSize = 16;

    private const int LongSetxattrSize = 16;

    /// <summary>Splits a request that lies in one piece, as <c>/dev/fuse</c> gives it.</summary>
    /// <param name="request">Where its header begins, aligned to 8 bytes.</param>
    /// <param name="length">How many bytes came.</param>
    /// <param name="setxattrExt">Whether SETXATTR_EXT was agreed on.</param>
    /// <param name="frame">Gets header, fixed part and rest.</param>
    /// <returns>0, or the errno to refuse it with.</returns>
    public static int Split(byte* request, int length, bool setxattrExt, ref RequestFrame frame)
    {
        // SAFETY: nothing is read beyond the length, which is checked against each part before it is used.
        if (length < HeaderSize)
            return LibC.EPROTO;
        var header = (FuseInHeader*)request;
        if (header->Len != (uint)length)
            return LibC.EPROTO;
        Operation? operation = OperationTable.Find(header->Opcode);
        int fixedSize = operation is null ? 0 : operation.FixedSize;
        if (setxattrExt && header->Opcode == (uint)FuseOpcode.FUSE_SETXATTR)
            fixedSize = LongSetxattrSize;
        if (HeaderSize + fixedSize > length)
            return LibC.EPROTO;
        frame.Header = header;
        frame.Fixed = fixedSize == 0 ? null : request + HeaderSize;
        frame.FixedLength = fixedSize;
        frame.Rest = request + HeaderSize + fixedSize;
        frame.RestLength = length - HeaderSize - fixedSize;
        return Check(in frame, operation);
    }

    /// <summary>Whether the parts of a frame are as long as the operation and its own fields say.</summary>
    /// <param name="frame">Header, fixed part and rest are set.</param>
    /// <param name="operation">The operation's row; null for an opcode that nobody knows, which is the session's to refuse.</param>
    /// <returns>0, or the errno to refuse it with: EPROTO for lengths, EINVAL for names.</returns>
    public static int Check(in RequestFrame frame, Operation? operation)
    {
        // SAFETY: the frame's lengths are those of its memory.
        int extensions = frame.Header->TotalExtlen * 8;
        if (extensions > frame.RestLength)
            return LibC.EPROTO;
        if (operation is null)
            return 0;
        if (frame.FixedLength < operation.FixedSize)
            return LibC.EPROTO;
        var tail = new ReadOnlySpan<byte>(frame.Rest, frame.RestLength - extensions);
        switch (operation.Tail)
        {
            case RequestTail.None:
                return tail.Length == 0 ? 0 : LibC.EPROTO;
            case RequestTail.Name:
                return IsName(tail) ? 0 : LibC.EINVAL;
            case RequestTail.TwoNames:
                int first = NameLength(tail);
                return first > 0 && IsName(tail[first..]) ? 0 : LibC.EINVAL;
            case RequestTail.NameAndData:
                int name = NameLength(tail);
                if (name == 0)
                    return LibC.EINVAL;
                return Field(frame.Fixed, 0) == (uint)(tail.Length - name) ? 0 : LibC.EPROTO;
            case RequestTail.Array:
                // Both arrays there are (FORGET's and REMOVEMAPPING's) have elements of 16 bytes and their count first.
                return (ulong)Field(frame.Fixed, 0) * 16 == (ulong)tail.Length ? 0 : LibC.EPROTO;
            case RequestTail.Data:
                return DataFits(frame.Fixed, operation.Opcode, tail.Length) ? 0 : LibC.EPROTO;
            default:
                return LibC.EPROTO;
        }
    }

    /// <summary>Whether an operation has no reply, so that even an error stays unsaid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasNoReply(uint opcode) => opcode is (uint)FuseOpcode.FUSE_FORGET or (uint)FuseOpcode.FUSE_BATCH_FORGET
        or (uint)FuseOpcode.FUSE_INTERRUPT or (uint)FuseOpcode.FUSE_NOTIFY_REPLY;

    /// <summary>The errno as the kernel takes it: outside 1 to 511 it would refuse the whole reply and the request would never end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WireError(int errno) => (uint)errno < 512 ? -errno : -LibC.EIO;

    private static bool IsName(ReadOnlySpan<byte> bytes) => bytes.Length > 0 && NameLength(bytes) == bytes.Length;

    // Bytes of the first name with its NUL; 0 when it is empty or has no end.
    private static int NameLength(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return end <= 0 ? 0 : end + 1;
    }

    private static bool DataFits(byte* fixedPart, FuseOpcode opcode, int length) => opcode switch
    {
        FuseOpcode.FUSE_WRITE => Field(fixedPart, 16) == (uint)length,
        FuseOpcode.FUSE_NOTIFY_REPLY => Field(fixedPart, 16) == (uint)length,
        FuseOpcode.FUSE_IOCTL => Field(fixedPart, 24) == (uint)length,
        // INIT grows with its versions.
        _ => true,
    };

    private static uint Field(byte* fixedPart, int offset) => *(uint*)(fixedPart + offset);
}
