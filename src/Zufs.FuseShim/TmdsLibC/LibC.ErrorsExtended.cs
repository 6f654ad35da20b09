namespace Tmds.Linux;

/// <content>The error numbers from ENOLCK on of x86-64 Linux (errno(3)). Properties, since programs are compiled against their getters.</content>
public static partial class LibC
{
    /// <summary>No locks available.</summary>
    public static int ENOLCK => 37;

    /// <summary>Function not implemented.</summary>
    public static int ENOSYS => 38;

    /// <summary>Directory not empty.</summary>
    public static int ENOTEMPTY => 39;

    /// <summary>Too many levels of symbolic links.</summary>
    public static int ELOOP => 40;

    /// <summary>No message of desired type.</summary>
    public static int ENOMSG => 42;

    /// <summary>Identifier removed.</summary>
    public static int EIDRM => 43;

    /// <summary>Channel number out of range.</summary>
    public static int ECHRNG => 44;

    /// <summary>Level 2 not synchronized.</summary>
    public static int EL2NSYNC => 45;

    /// <summary>Level 3 halted.</summary>
    public static int EL3HLT => 46;

    /// <summary>Level 3 reset.</summary>
    public static int EL3RST => 47;

    /// <summary>Link number out of range.</summary>
    public static int ELNRNG => 48;

    /// <summary>Protocol driver not attached.</summary>
    public static int EUNATCH => 49;

    /// <summary>No CSI structure available.</summary>
    public static int ENOCSI => 50;

    /// <summary>Level 2 halted.</summary>
    public static int EL2HLT => 51;

    /// <summary>Invalid exchange.</summary>
    public static int EBADE => 52;

    /// <summary>Invalid request descriptor.</summary>
    public static int EBADR => 53;

    /// <summary>Exchange full.</summary>
    public static int EXFULL => 54;

    /// <summary>No anode.</summary>
    public static int ENOANO => 55;

    /// <summary>Invalid request code.</summary>
    public static int EBADRQC => 56;

    /// <summary>Invalid slot.</summary>
    public static int EBADSLT => 57;

    /// <summary>Bad font file format.</summary>
    public static int EBFONT => 59;

    /// <summary>Device not a stream.</summary>
    public static int ENOSTR => 60;

    /// <summary>No data available.</summary>
    public static int ENODATA => 61;

    /// <summary>Timer expired.</summary>
    public static int ETIME => 62;

    /// <summary>Out of streams resources.</summary>
    public static int ENOSR => 63;

    /// <summary>Machine is not on the network.</summary>
    public static int ENONET => 64;

    /// <summary>Package not installed.</summary>
    public static int ENOPKG => 65;

    /// <summary>Object is remote.</summary>
    public static int EREMOTE => 66;

    /// <summary>Link has been severed.</summary>
    public static int ENOLINK => 67;

    /// <summary>Advertise error.</summary>
    public static int EADV => 68;

    /// <summary>Srmount error.</summary>
    public static int ESRMNT => 69;

    /// <summary>Communication error on send.</summary>
    public static int ECOMM => 70;

    /// <summary>Protocol error.</summary>
    public static int EPROTO => 71;

    /// <summary>Multihop attempted.</summary>
    public static int EMULTIHOP => 72;

    /// <summary>RFS specific error.</summary>
    public static int EDOTDOT => 73;

    /// <summary>Bad message.</summary>
    public static int EBADMSG => 74;

    /// <summary>Value too large for defined data type.</summary>
    public static int EOVERFLOW => 75;

    /// <summary>Name not unique on network.</summary>
    public static int ENOTUNIQ => 76;

    /// <summary>File descriptor in bad state.</summary>
    public static int EBADFD => 77;

    /// <summary>Remote address changed.</summary>
    public static int EREMCHG => 78;

    /// <summary>Can not access a needed shared library.</summary>
    public static int ELIBACC => 79;

    /// <summary>Accessing a corrupted shared library.</summary>
    public static int ELIBBAD => 80;

    /// <summary>.lib section in a.out corrupted.</summary>
    public static int ELIBSCN => 81;

    /// <summary>Attempting to link in too many shared libraries.</summary>
    public static int ELIBMAX => 82;

    /// <summary>Cannot exec a shared library directly.</summary>
    public static int ELIBEXEC => 83;

    /// <summary>Invalid or incomplete multibyte or wide character.</summary>
    public static int EILSEQ => 84;

    /// <summary>Interrupted system call should be restarted.</summary>
    public static int ERESTART => 85;

    /// <summary>Streams pipe error.</summary>
    public static int ESTRPIPE => 86;

    /// <summary>Too many users.</summary>
    public static int EUSERS => 87;

    /// <summary>Socket operation on non-socket.</summary>
    public static int ENOTSOCK => 88;

    /// <summary>Destination address required.</summary>
    public static int EDESTADDRREQ => 89;

    /// <summary>Message too long.</summary>
    public static int EMSGSIZE => 90;

    /// <summary>Protocol wrong type for socket.</summary>
    public static int EPROTOTYPE => 91;

    /// <summary>Protocol not available.</summary>
    public static int ENOPROTOOPT => 92;

    /// <summary>Protocol not supported.</summary>
    public static int EPROTONOSUPPORT => 93;

    /// <summary>Socket type not supported.</summary>
    public static int ESOCKTNOSUPPORT => 94;

    /// <summary>Operation not supported.</summary>
    public static int EOPNOTSUPP => 95;

    /// <summary>Operation not supported; the same as EOPNOTSUPP.</summary>
    public static int ENOTSUP => 95;

    /// <summary>Protocol family not supported.</summary>
    public static int EPFNOSUPPORT => 96;

    /// <summary>Address family not supported by protocol.</summary>
    public static int EAFNOSUPPORT => 97;

    /// <summary>Address already in use.</summary>
    public static int EADDRINUSE => 98;

    /// <summary>Cannot assign requested address.</summary>
    public static int EADDRNOTAVAIL => 99;

    /// <summary>Network is down.</summary>
    public static int ENETDOWN => 100;

    /// <summary>Network is unreachable.</summary>
    public static int ENETUNREACH => 101;

    /// <summary>Network dropped connection on reset.</summary>
    public static int ENETRESET => 102;

    /// <summary>Software caused connection abort.</summary>
    public static int ECONNABORTED => 103;

    /// <summary>Connection reset by peer.</summary>
    public static int ECONNRESET => 104;

    /// <summary>No buffer space available.</summary>
    public static int ENOBUFS => 105;

    /// <summary>Transport endpoint is already connected.</summary>
    public static int EISCONN => 106;

    /// <summary>Transport endpoint is not connected.</summary>
    public static int ENOTCONN => 107;

    /// <summary>Cannot send after transport endpoint shutdown.</summary>
    public static int ESHUTDOWN => 108;

    /// <summary>Too many references: cannot splice.</summary>
    public static int ETOOMANYREFS => 109;

    /// <summary>Connection timed out.</summary>
    public static int ETIMEDOUT => 110;

    /// <summary>Connection refused.</summary>
    public static int ECONNREFUSED => 111;

    /// <summary>Host is down.</summary>
    public static int EHOSTDOWN => 112;

    /// <summary>No route to host.</summary>
    public static int EHOSTUNREACH => 113;

    /// <summary>Operation already in progress.</summary>
    public static int EALREADY => 114;

    /// <summary>Operation now in progress.</summary>
    public static int EINPROGRESS => 115;

    /// <summary>Stale file handle.</summary>
    public static int ESTALE => 116;

    /// <summary>Structure needs cleaning.</summary>
    public static int EUCLEAN => 117;

    /// <summary>Not a XENIX named type file.</summary>
    public static int ENOTNAM => 118;

    /// <summary>No XENIX semaphores available.</summary>
    public static int ENAVAIL => 119;

    /// <summary>Is a named type file.</summary>
    public static int EISNAM => 120;

    /// <summary>Remote I/O error.</summary>
    public static int EREMOTEIO => 121;

    /// <summary>Disk quota exceeded.</summary>
    public static int EDQUOT => 122;

    /// <summary>No medium found.</summary>
    public static int ENOMEDIUM => 123;

    /// <summary>Wrong medium type.</summary>
    public static int EMEDIUMTYPE => 124;

    /// <summary>Operation canceled.</summary>
    public static int ECANCELED => 125;

    /// <summary>Required key not available.</summary>
    public static int ENOKEY => 126;

    /// <summary>Key has expired.</summary>
    public static int EKEYEXPIRED => 127;

    /// <summary>Key has been revoked.</summary>
    public static int EKEYREVOKED => 128;

    /// <summary>Key was rejected by service.</summary>
    public static int EKEYREJECTED => 129;

    /// <summary>Owner died.</summary>
    public static int EOWNERDEAD => 130;

    /// <summary>State not recoverable.</summary>
    public static int ENOTRECOVERABLE => 131;

    /// <summary>Operation not possible due to RF-kill.</summary>
    public static int ERFKILL => 132;

    /// <summary>Memory page has hardware error.</summary>
    public static int EHWPOISON => 133;
}
