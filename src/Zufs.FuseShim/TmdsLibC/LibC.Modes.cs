namespace Tmds.Linux;

/// <content>File types and permissions of <c>st_mode</c> (inode(7)).</content>
public static partial class LibC
{
    /// <summary>The bits that hold the type.</summary>
    public static mode_t S_IFMT => 0xF000;

    /// <summary>Socket.</summary>
    public static mode_t S_IFSOCK => 0xC000;

    /// <summary>Symbolic link.</summary>
    public static mode_t S_IFLNK => 0xA000;

    /// <summary>Regular file.</summary>
    public static mode_t S_IFREG => 0x8000;

    /// <summary>Block device.</summary>
    public static mode_t S_IFBLK => 0x6000;

    /// <summary>Directory.</summary>
    public static mode_t S_IFDIR => 0x4000;

    /// <summary>Character device.</summary>
    public static mode_t S_IFCHR => 0x2000;

    /// <summary>FIFO.</summary>
    public static mode_t S_IFIFO => 0x1000;

    /// <summary>Set-user-ID.</summary>
    public static mode_t S_ISUID => 0x800;

    /// <summary>Set-group-ID.</summary>
    public static mode_t S_ISGID => 0x400;

    /// <summary>Sticky.</summary>
    public static mode_t S_ISVTX => 0x200;

    /// <summary>Owner: read, write, execute.</summary>
    public static mode_t S_IRWXU => 0x1C0;

    /// <summary>Owner: read.</summary>
    public static mode_t S_IRUSR => 0x100;

    /// <summary>Owner: write.</summary>
    public static mode_t S_IWUSR => 0x80;

    /// <summary>Owner: execute.</summary>
    public static mode_t S_IXUSR => 0x40;

    /// <summary>Group: read, write, execute.</summary>
    public static mode_t S_IRWXG => 0x38;

    /// <summary>Group: read.</summary>
    public static mode_t S_IRGRP => 0x20;

    /// <summary>Group: write.</summary>
    public static mode_t S_IWGRP => 0x10;

    /// <summary>Group: execute.</summary>
    public static mode_t S_IXGRP => 8;

    /// <summary>Others: read, write, execute.</summary>
    public static mode_t S_IRWXO => 7;

    /// <summary>Others: read.</summary>
    public static mode_t S_IROTH => 4;

    /// <summary>Others: write.</summary>
    public static mode_t S_IWOTH => 2;

    /// <summary>Others: execute.</summary>
    public static mode_t S_IXOTH => 1;

    /// <summary>Whether the mode is that of a regular file.</summary>
    /// <param name="mode">An <c>st_mode</c>.</param>
    public static bool S_ISREG(mode_t mode) => (mode & S_IFMT) == S_IFREG;

    /// <summary>Whether the mode is that of a directory.</summary>
    /// <param name="mode">An <c>st_mode</c>.</param>
    public static bool S_ISDIR(mode_t mode) => (mode & S_IFMT) == S_IFDIR;

    /// <summary>Whether the mode is that of a symbolic link.</summary>
    /// <param name="mode">An <c>st_mode</c>.</param>
    public static bool S_ISLNK(mode_t mode) => (mode & S_IFMT) == S_IFLNK;

    /// <summary>Whether the mode is that of a character device.</summary>
    /// <param name="mode">An <c>st_mode</c>.</param>
    public static bool S_ISCHR(mode_t mode) => (mode & S_IFMT) == S_IFCHR;

    /// <summary>Whether the mode is that of a block device.</summary>
    /// <param name="mode">An <c>st_mode</c>.</param>
    public static bool S_ISBLK(mode_t mode) => (mode & S_IFMT) == S_IFBLK;

    /// <summary>Whether the mode is that of a FIFO.</summary>
    /// <param name="mode">An <c>st_mode</c>.</param>
    public static bool S_ISFIFO(mode_t mode) => (mode & S_IFMT) == S_IFIFO;

    /// <summary>Whether the mode is that of a socket.</summary>
    /// <param name="mode">An <c>st_mode</c>.</param>
    public static bool S_ISSOCK(mode_t mode) => (mode & S_IFMT) == S_IFSOCK;
}
