using Zufs.FileSystems;
using Zufs.Protocol;
using static Zufs.Sessions.CapabilityRule;

namespace Zufs.Sessions;

/// <summary>Every capability of INIT up to FUSE 7.45, and what becomes of it when the kernel offers it.</summary>
public static class CapabilityTable
{
    private static readonly Capability[] s_rows =
    [
        Row(InitFlags.AsyncRead, Agree, "Read-ahead may be in flight several requests at a time."),
        Row(InitFlags.PosixLocks, FileSystemFeatures.PosixLocks, "Otherwise the kernel keeps POSIX locks, and they survive the worker."),
        Row(InitFlags.FileOps, Refuse, "Linux neither offers nor reads it."),
        Row(InitFlags.AtomicOTrunc, FileSystemFeatures.AtomicOpenTruncate, "Otherwise a SETATTR truncates after OPEN."),
        Row(InitFlags.ExportSupport, FileSystemFeatures.Export, "LOOKUP of . and .. must work for nodes the kernel has forgotten."),
        Row(InitFlags.BigWrites, Agree, "Writes of more than a page."),
        Row(InitFlags.DontMask, FileSystemFeatures.OwnUmask, "Otherwise the kernel applies the umask."),
        Row(InitFlags.SpliceWrite, Refuse, "Splicing to the device was measured and gains nothing."),
        Row(InitFlags.SpliceMove, Refuse, "Splicing to the device was measured and gains nothing."),
        Row(InitFlags.SpliceRead, Refuse, "Splicing from the device was measured and gains nothing."),
        Row(InitFlags.FlockLocks, FileSystemFeatures.FlockLocks, "Otherwise the kernel keeps flocks, and they survive the worker."),
        Row(InitFlags.HasIoctlDir, Agree, "An ioctl on a directory comes as IOCTL with FUSE_IOCTL_DIR."),
        Row(InitFlags.AutoInvalData, FileSystemFeatures.AutoInvalidateData, "Costs the page cache whenever mtime moves; only for data that others change."),
        Row(InitFlags.DoReaddirplus, FileSystemFeatures.ReadDirPlus, "Listings bring attributes and count as lookups."),
        Row(InitFlags.ReaddirplusAuto, FileSystemFeatures.ReadDirPlus, "The kernel asks for attributes only when programs stat what they list."),
        Row(InitFlags.AsyncDio, Agree, "One large direct transfer is split and in flight at once."),
        Row(InitFlags.WritebackCache, ByFeatureWithoutPassthrough, FileSystemFeatures.WritebackCache, "The kernel refuses it together with passthrough; passthrough is worth more."),
        Row(InitFlags.NoOpenSupport, Agree, "A file system may answer OPEN with ENOSYS."),
        Row(InitFlags.ParallelDirops, FileSystemFeatures.ParallelDirectoryOperations, "Only when the file system bears lookups of one directory side by side."),
        Row(InitFlags.HandleKillpriv, Refuse, "FUSE_HANDLE_KILLPRIV_V2 says the same more exactly."),
        Row(InitFlags.PosixAcl, FileSystemFeatures.PosixAcl, "The kernel checks ACLs that the file system keeps as xattrs."),
        Row(InitFlags.AbortError, Agree, "Reading an aborted connection says ECONNABORTED, so the end has a reason."),
        Row(InitFlags.MaxPages, Agree, "Requests of more than 128 KiB."),
        Row(InitFlags.CacheSymlinks, FileSystemFeatures.CacheSymlinks, "Only when links don't change behind the kernel's back."),
        Row(InitFlags.NoOpendirSupport, Agree, "A file system may answer OPENDIR with ENOSYS."),
        Row(InitFlags.ExplicitInvalData, Refuse, "A changed size must drop the page cache without a notification."),
        Row(InitFlags.MapAlignment, Refuse, "virtiofs DAX only."),
        Row(InitFlags.Submounts, Refuse, "virtiofs only."),
        Row(InitFlags.HandleKillprivV2, FileSystemFeatures.KillPrivileges, "Otherwise the kernel clears set-ID bits by SETATTR."),
        Row(InitFlags.SetxattrExt, Agree, "SETXATTR bears flags of its own."),
        Row(InitFlags.InitExt, Agree, "The second half of the flags."),
        Row(InitFlags.InitReserved, Refuse, "Reserved."),
        Row(InitFlags.SecurityCtx, Refuse, "No file system here sets security labels at creation."),
        Row(InitFlags.HasInodeDax, Refuse, "virtiofs DAX only."),
        Row(InitFlags.CreateSuppGroup, Agree, "A create says the group that a set-group-ID directory needs."),
        Row(InitFlags.HasExpireOnly, Agree, "NOTIFY_INVAL_ENTRY can let an entry expire without dropping it."),
        Row(InitFlags.DirectIoAllowMmap, Agree, "Shared mappings of files opened with FOPEN_DIRECT_IO."),
        Row(InitFlags.Passthrough, FileSystemFeatures.Passthrough, "The kernel reads and writes backing files itself."),
        Row(InitFlags.NoExportSupport, Refuse, "File handles of cached nodes keep working, as they always did."),
        Row(InitFlags.HasResend, Agree, "A successor can ask for the requests that its predecessor left unanswered."),
        Row(InitFlags.AllowIdmap, Refuse, "Needs default_permissions and ids that the file system maps itself."),
        Row(InitFlags.OverIoUring, ByChannel, "A connection that agreed and has no ring hangs; so only once the ring is known to be possible."),
        Row(InitFlags.RequestTimeout, Refuse, "It aborts the whole mount when one request takes long; deadlines are the supervisor's."),
    ];

    /// <summary>Every row, by bit.</summary>
    public static IReadOnlyList<Capability> Rows => s_rows;

    private static Capability Row(InitFlags flag, CapabilityRule rule, string reason) => new(flag, rule, FileSystemFeatures.None, reason);

    private static Capability Row(InitFlags flag, FileSystemFeatures feature, string reason) => new(flag, ByFeature, feature, reason);

    private static Capability Row(InitFlags flag, CapabilityRule rule, FileSystemFeatures feature, string reason) => new(flag, rule, feature, reason);
}
