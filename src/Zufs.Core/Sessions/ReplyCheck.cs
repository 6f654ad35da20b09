using Zufs.FileSystems;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.Sessions;

/// <summary>
/// Whether an answer of a file system makes sense: what the kernel would refuse, or take for something else, is found here and named.
/// Each returns null, or what is wrong.
/// </summary>
internal static class ReplyCheck
{
    // fs/fuse takes ids with this bit for its own.
    private const ulong Bit63 = 1UL << 63;
    private const uint Unlock = 2;
    private const uint MaxNanoseconds = 999_999_999;

    /// <summary>The errnos of Linux end at EHWPOISON; fs/fuse refuses those from 512 on, and programs know none between.</summary>
    public static bool IsErrno(Errno error) => (uint)error <= (uint)Errno.EHWPOISON;

    public static bool IsNode(ulong node) => node is not 0 and < Bit63;

    public static string? Attributes(in Attributes attributes)
    {
        if (attributes.Atime.Nanoseconds > MaxNanoseconds || attributes.Mtime.Nanoseconds > MaxNanoseconds || attributes.Ctime.Nanoseconds > MaxNanoseconds)
            return "a time has more than 999999999 nanoseconds";
        if (attributes.Size > long.MaxValue)
            return "the size is beyond 2^63 - 1";
        return IsType(attributes.Mode) ? null : $"mode {Convert.ToString(attributes.Mode, 8)} has no file type";
    }

    public static string? Timeout(CacheTimeout timeout) =>
        timeout.Nanoseconds <= MaxNanoseconds ? null : "a timeout has more than 999999999 nanoseconds";

    public static string? Lock(in FileLock fileLock) =>
        fileLock.Type > Unlock || fileLock.Start > fileLock.End ? "the lock can't be one" : null;

    public static string? Entry(in Entry entry, bool mayBeNegative, bool mayBeRoot)
    {
        string? wrong = Timeout(entry.EntryTimeout) ?? Timeout(entry.AttrTimeout);
        if (wrong is not null)
            return wrong;
        if (entry.Node == 0)
            return mayBeNegative ? null : "the node id is 0";
        if (!IsNode(entry.Node))
            return "the node id has bit 63";
        if (entry.Node == 1 && !mayBeRoot)
            return "the node id is the root's";
        return Attributes(entry.Attributes);
    }

    private static bool IsType(uint mode) => (mode & FileMode.S_IFMT) is FileMode.S_IFREG or FileMode.S_IFDIR or FileMode.S_IFLNK
        or FileMode.S_IFSOCK or FileMode.S_IFBLK or FileMode.S_IFCHR or FileMode.S_IFIFO;
}
