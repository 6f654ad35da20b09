using System.Diagnostics;
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
/// never sees it. Linux takes the notification for regular files only (measured on 6.18), so a file's node has to be known;
/// where none is, <see cref="MountKick"/> by another process does the same.
/// </remarks>
internal static unsafe class FuseKick
{
    // Bits 63 (RESEND) and 0 (INTERRUPT) are the kernel's; of those that a session asks data by, 61 is clear.
    private const int MarkShift = 61;
    private const ulong Mark = 3;

    // A ring finds the entry of a reply by its id: of two kicks with one id on one queue, each could be answered by the other's entry, and what came
    // next would be looked for in the wrong memory. A successor may still have kicks of the worker before it.
    private static long s_last = Stopwatch.GetTimestamp();

    /// <summary>Sends one. The CPU that it runs on says which queue is kicked.</summary>
    /// <param name="connection">The connection, whose INIT was answered.</param>
    /// <param name="node">A regular file that the kernel knows.</param>
    /// <returns>0 or the errno: EINVAL for what is no regular file, ENOENT for what was forgotten.</returns>
    public static int Send(int connection, ulong node)
    {
        Notification kick = default;
        kick.Header.Len = (uint)sizeof(Notification);
        kick.Header.Error = (int)FuseNotifyCode.FUSE_NOTIFY_RETRIEVE;
        kick.Retrieve.NotifyUnique = Mark << MarkShift | (ulong)Interlocked.Increment(ref s_last) << 1 & ((1UL << MarkShift) - 1);
        kick.Retrieve.NodeId = node;
        // SAFETY: the kernel reads this one structure, and is told its size.
        return LibC.write(connection, &kick, (nuint)sizeof(Notification)) < 0 ? LibC.LastError : 0;
    }

    /// <summary>Whether an operation's node is always a regular file.</summary>
    public static bool CanUse(uint opcode) => opcode is (uint)FuseOpcode.FUSE_READ or (uint)FuseOpcode.FUSE_WRITE or (uint)FuseOpcode.FUSE_OPEN;

    /// <summary>Whether a request is the answer to a kick.</summary>
    public static bool IsKick(FuseInHeader* header) => header->Opcode == (uint)FuseOpcode.FUSE_NOTIFY_REPLY && (header->Unique >> MarkShift & Mark) == Mark;

    private struct Notification
    {
        public FuseOutHeader Header;
        public FuseNotifyRetrieveOut Retrieve;
    }
}
