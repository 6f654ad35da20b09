namespace Zufs.Conformance.Interop;

/// <summary>The calls into libc, one partial file a topic, as they are; <see cref="Sys"/> gives them safe shapes.</summary>
internal static unsafe partial class LibC
{
    private const string Library = "libc";

    public const int AT_FDCWD = -100;
    public const int AT_SYMLINK_NOFOLLOW = 0x100;
    public const int AT_REMOVEDIR = 0x200;
    public const int AT_SYMLINK_FOLLOW = 0x400;
    public const int AT_EMPTY_PATH = 0x1000;
    public const int AT_STATX_FORCE_SYNC = 0x2000;
    public const int AT_EACCESS = 0x200;
}
