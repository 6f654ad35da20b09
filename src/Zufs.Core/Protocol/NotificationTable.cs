using System.Runtime.CompilerServices;
using static Zufs.Protocol.FuseNotifyCode;

namespace Zufs.Protocol;

/// <summary>One row of <see cref="NotificationTable"/>.</summary>
/// <param name="Code">The notification.</param>
/// <param name="StructSize">Bytes of its structure behind <c>fuse_out_header</c>; 0 when it has none.</param>
/// <param name="Tail">What follows the structure.</param>
/// <param name="Minor">The minor version of FUSE 7 that brought it; older kernels answer EINVAL.</param>
public sealed record Notification(FuseNotifyCode Code, int StructSize, RequestTail Tail, int Minor)
{
    /// <summary>Its name without <c>FUSE_</c>, as it is shown to people.</summary>
    public string Name { get; } = Code.ToString().Replace("FUSE_", "", StringComparison.Ordinal);
}

/// <summary>Every notification of FUSE 7.45 as data.</summary>
public static class NotificationTable
{
    private static readonly Notification[] s_rows =
    [
        new(FUSE_NOTIFY_POLL, Unsafe.SizeOf<FuseNotifyPollWakeupOut>(), RequestTail.None, 11),
        new(FUSE_NOTIFY_INVAL_INODE, Unsafe.SizeOf<FuseNotifyInvalInodeOut>(), RequestTail.None, 12),
        new(FUSE_NOTIFY_INVAL_ENTRY, Unsafe.SizeOf<FuseNotifyInvalEntryOut>(), RequestTail.Name, 12),
        new(FUSE_NOTIFY_STORE, Unsafe.SizeOf<FuseNotifyStoreOut>(), RequestTail.Data, 15),
        new(FUSE_NOTIFY_RETRIEVE, Unsafe.SizeOf<FuseNotifyRetrieveOut>(), RequestTail.None, 15),
        new(FUSE_NOTIFY_DELETE, Unsafe.SizeOf<FuseNotifyDeleteOut>(), RequestTail.Name, 18),
        new(FUSE_NOTIFY_RESEND, 0, RequestTail.None, 40),
        new(FUSE_NOTIFY_INC_EPOCH, 0, RequestTail.None, 44),
        new(FUSE_NOTIFY_PRUNE, Unsafe.SizeOf<FuseNotifyPruneOut>(), RequestTail.Array, 45),
    ];

    /// <summary>Every row, by code.</summary>
    public static IReadOnlyList<Notification> Rows => s_rows;

    /// <summary>The row of a notification.</summary>
    /// <param name="code">Which.</param>
    public static Notification Get(FuseNotifyCode code) => s_rows[(int)code - 1];
}
