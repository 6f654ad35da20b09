namespace Tmds.Linux;

/// <content>Flags of open(2), times of utimensat(2), modes of access(2).</content>
public static partial class LibC
{
    /// <summary>Open for reading.</summary>
    public static int O_RDONLY => 0;

    /// <summary>Open for writing.</summary>
    public static int O_WRONLY => 1;

    /// <summary>Open for both.</summary>
    public static int O_RDWR => 2;

    /// <summary>The bits that hold one of these three.</summary>
    public static int O_ACCMODE => 3;

    /// <summary>Make the file if it isn't there.</summary>
    public static int O_CREAT => 0x40;

    /// <summary>Fail if it is there.</summary>
    public static int O_EXCL => 0x80;

    /// <summary>A terminal doesn't become the controlling one.</summary>
    public static int O_NOCTTY => 0x100;

    /// <summary>Cut to length 0.</summary>
    public static int O_TRUNC => 0x200;

    /// <summary>Write at the end.</summary>
    public static int O_APPEND => 0x400;

    /// <summary>Don't wait.</summary>
    public static int O_NONBLOCK => 0x800;

    /// <summary>The same as O_NONBLOCK.</summary>
    public static int O_NDELAY => 0x800;

    /// <summary>Data reaches the disk before a write returns.</summary>
    public static int O_DSYNC => 0x1000;

    /// <summary>Signal when I/O is possible.</summary>
    public static int O_ASYNC => 0x2000;

    /// <summary>Bypass the page cache.</summary>
    public static int O_DIRECT => 0x4000;

    /// <summary>Nothing on 64 bits: every file may be large.</summary>
    public static int O_LARGEFILE => 0;

    /// <summary>Fail if it is no directory.</summary>
    public static int O_DIRECTORY => 0x10000;

    /// <summary>Fail if it is a symbolic link.</summary>
    public static int O_NOFOLLOW => 0x20000;

    /// <summary>Leave the time of access.</summary>
    public static int O_NOATIME => 0x40000;

    /// <summary>Close at execve(2).</summary>
    public static int O_CLOEXEC => 0x80000;

    /// <summary>Data and attributes reach the disk before a write returns.</summary>
    public static int O_SYNC => 0x101000;

    /// <summary>The same as O_SYNC.</summary>
    public static int O_RSYNC => 0x101000;

    /// <summary>Only a reference to the place.</summary>
    public static int O_PATH => 0x200000;

    /// <summary>A file without a name in the directory.</summary>
    public static int O_TMPFILE => 0x410000;

    /// <summary>As <c>tv_nsec</c>: set the time to now.</summary>
    public static int UTIME_NOW => 0x3FFFFFFF;

    /// <summary>As <c>tv_nsec</c>: leave the time.</summary>
    public static int UTIME_OMIT => 0x3FFFFFFE;

    /// <summary>Is it there?</summary>
    public static int F_OK => 0;

    /// <summary>May it be executed?</summary>
    public static int X_OK => 1;

    /// <summary>May it be written?</summary>
    public static int W_OK => 2;

    /// <summary>May it be read?</summary>
    public static int R_OK => 4;

    /// <summary>As a directory descriptor: the current directory.</summary>
    public static int AT_FDCWD => -100;

    /// <summary>Don't follow a symbolic link.</summary>
    public static int AT_SYMLINK_NOFOLLOW => 0x100;
}
