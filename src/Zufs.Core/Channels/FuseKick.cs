using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Channels;

/// <summary>
/// Makes a request arrive on a queue from the server's own side, without touching the mount: a retrieve notification of nothing
/// (FUSE_NOTIFY_RETRIEVE of 0 bytes), which the kernel answers at once with a NOTIFY_REPLY request on the CPU that asked.
/// </summary>
/// <remarks>
/// Requests that had to wait in the queue of a CPU are given out only when an entry of that queue is committed. An entry that is registered while
/// all others are held would wait for ever beside them; the commit of the kick's reply moves them. Channels swallow the request; a session
/// never sees it. Linux takes the notification for regular files only (measured on 6.18), so a file's node has to be known.
/// </remarks>
internal static unsafe class FuseKick
{
    /// <summary>The kick's id: bits 63 (RESEND) and 0 (INTERRUPT) are the kernel's and stay clear.</summary>
    public const ulong Unique = 0x5A55_4653_4B49_434A;

    /// <summary>Sends one. The CPU that it runs on says which queue is kicked.</summary>
    /// <param name="connection">The connection, whose INIT was answered.</param>
    /// <param name="node">A regular file that the kernel knows.</param>
    /// <returns>0 or the errno: EINVAL for what is no regular file, ENOENT for what was forgotten.</returns>
    public static int Send(int connection, ulong node)
    {
        Notification kick = default;
        kick.Header.Len = (uint)sizeof(Notification);
        kick.Header.Error = (int)FuseNotifyCode.FUSE_NOTIFY_RETRIEVE;
        kick.Retrieve.NotifyUnique = Unique;
        kick.Retrieve.NodeId = node;
        // SAFETY: the kernel reads this one structure, and is told its size.
        return LibC.write(connection, &kick, (nuint)sizeof(Notification)) < 0 ? LibC.LastError : 0;
    }

    /// <summary>Whether a request is the answer to a kick.</summary>
    public static bool IsKick(FuseInHeader* header) => header->Opcode == (uint)FuseOpcode.FUSE_NOTIFY_REPLY && header->Unique == Unique;

    private struct Notification
    {
        public FuseOutHeader Header;
        public FuseNotifyRetrieveOut Retrieve;
    }
}
