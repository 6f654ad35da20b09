namespace Tmds.Linux;

/// <content>Error numbers of x86-64 Linux (errno(3)). Properties, since programs are compiled against their getters.</content>
public static partial class LibC
{
    /// <summary>Operation not permitted.</summary>
    public static int EPERM => 1;

    /// <summary>No such file or directory.</summary>
    public static int ENOENT => 2;

    /// <summary>No such process.</summary>
    public static int ESRCH => 3;

    /// <summary>Interrupted system call.</summary>
    public static int EINTR => 4;

    /// <summary>Input/output error.</summary>
    public static int EIO => 5;

    /// <summary>No such device or address.</summary>
    public static int ENXIO => 6;

    /// <summary>Argument list too long.</summary>
    public static int E2BIG => 7;

    /// <summary>Exec format error.</summary>
    public static int ENOEXEC => 8;

    /// <summary>Bad file descriptor.</summary>
    public static int EBADF => 9;

    /// <summary>No child processes.</summary>
    public static int ECHILD => 10;

    /// <summary>Resource temporarily unavailable.</summary>
    public static int EAGAIN => 11;

    /// <summary>Resource temporarily unavailable; the same as EAGAIN.</summary>
    public static int EWOULDBLOCK => 11;

    /// <summary>Cannot allocate memory.</summary>
    public static int ENOMEM => 12;

    /// <summary>Permission denied.</summary>
    public static int EACCES => 13;

    /// <summary>Bad address.</summary>
    public static int EFAULT => 14;

    /// <summary>Block device required.</summary>
    public static int ENOTBLK => 15;

    /// <summary>Device or resource busy.</summary>
    public static int EBUSY => 16;

    /// <summary>File exists.</summary>
    public static int EEXIST => 17;

    /// <summary>Invalid cross-device link.</summary>
    public static int EXDEV => 18;

    /// <summary>No such device.</summary>
    public static int ENODEV => 19;

    /// <summary>Not a directory.</summary>
    public static int ENOTDIR => 20;

    /// <summary>Is a directory.</summary>
    public static int EISDIR => 21;

    /// <summary>Invalid argument.</summary>
    public static int EINVAL => 22;

    /// <summary>Too many open files in system.</summary>
    public static int ENFILE => 23;

    /// <summary>Too many open files.</summary>
    public static int EMFILE => 24;

    /// <summary>Inappropriate ioctl for device.</summary>
    public static int ENOTTY => 25;

    /// <summary>Text file busy.</summary>
    public static int ETXTBSY => 26;

    /// <summary>File too large.</summary>
    public static int EFBIG => 27;

    /// <summary>No space left on device.</summary>
    public static int ENOSPC => 28;

    /// <summary>Illegal seek.</summary>
    public static int ESPIPE => 29;

    /// <summary>Read-only file system.</summary>
    public static int EROFS => 30;

    /// <summary>Too many links.</summary>
    public static int EMLINK => 31;

    /// <summary>Broken pipe.</summary>
    public static int EPIPE => 32;

    /// <summary>Numerical argument out of domain.</summary>
    public static int EDOM => 33;

    /// <summary>Numerical result out of range.</summary>
    public static int ERANGE => 34;

    /// <summary>Resource deadlock avoided.</summary>
    public static int EDEADLK => 35;

    /// <summary>Resource deadlock avoided; the same as EDEADLK.</summary>
    public static int EDEADLOCK => 35;

    /// <summary>File name too long.</summary>
    public static int ENAMETOOLONG => 36;
}
