namespace Zufs.FileSystems;

/// <summary>File types and permission bits of <c>st_mode</c> (inode(7)).</summary>
public static class FileMode
{
    /// <summary>The bits that hold the type.</summary>
    public const uint S_IFMT = 0xF000;

    /// <summary>Socket.</summary>
    public const uint S_IFSOCK = 0xC000;

    /// <summary>Symbolic link.</summary>
    public const uint S_IFLNK = 0xA000;

    /// <summary>Regular file.</summary>
    public const uint S_IFREG = 0x8000;

    /// <summary>Block device.</summary>
    public const uint S_IFBLK = 0x6000;

    /// <summary>Directory.</summary>
    public const uint S_IFDIR = 0x4000;

    /// <summary>Character device.</summary>
    public const uint S_IFCHR = 0x2000;

    /// <summary>FIFO.</summary>
    public const uint S_IFIFO = 0x1000;

    /// <summary>Set-user-ID.</summary>
    public const uint S_ISUID = 0x800;

    /// <summary>Set-group-ID.</summary>
    public const uint S_ISGID = 0x400;

    /// <summary>Sticky.</summary>
    public const uint S_ISVTX = 0x200;

    /// <summary>All permission bits, with set-ID and sticky.</summary>
    public const uint Permissions = 0xFFF;

    /// <summary>Whether the mode is a directory's.</summary>
    /// <param name="mode">An <c>st_mode</c>.</param>
    public static bool IsDirectory(uint mode) => (mode & S_IFMT) == S_IFDIR;

    /// <summary>Whether the mode is a regular file's.</summary>
    /// <param name="mode">An <c>st_mode</c>.</param>
    public static bool IsRegular(uint mode) => (mode & S_IFMT) == S_IFREG;

    /// <summary>Whether the mode is a symbolic link's.</summary>
    /// <param name="mode">An <c>st_mode</c>.</param>
    public static bool IsSymbolicLink(uint mode) => (mode & S_IFMT) == S_IFLNK;

    /// <summary>The <c>d_type</c> of a directory entry of this mode (readdir(3)).</summary>
    /// <param name="mode">An <c>st_mode</c>.</param>
    public static uint DirectoryType(uint mode) => (mode & S_IFMT) >> 12;
}
