using System.Runtime.InteropServices;

namespace Zufs.Interop;

/// <summary>
/// Who the calling thread is to file systems. By system calls, not libc's wrappers, which would change every thread of the process.
/// Results are the call's, or minus the errno.
/// </summary>
internal static partial class NativeIdentity
{
    public const int CAP_DAC_READ_SEARCH = 2;
    public const int CAP_FSETID = 4;
    public const int CAP_SETUID = 7;
    public const int CAP_SYS_ADMIN = 21;
    public const int CAP_SYS_RESOURCE = 24;

    private const string Library = "libc";
    private const long SYS_umask = 95;
    private const long SYS_setgroups = 116;
    private const long SYS_setfsuid = 122;
    private const long SYS_setfsgid = 123;
    private const long SYS_capget = 125;
    private const long SYS_capset = 126;
    private const long SYS_unshare = 272;
    private const long CLONE_FS = 0x200;
    private const uint CapabilityVersion3 = 0x20080522;
    private const int RLIMIT_NOFILE = 7;

    /// <summary>setfsuid(2) of this thread: https://man7.org/linux/man-pages/man2/setfsuid.2.html</summary>
    public static void SetUser(uint uid) => Call(SYS_setfsuid, uid);

    /// <summary>setfsgid(2) of this thread.</summary>
    public static void SetGroup(uint gid) => Call(SYS_setfsgid, gid);

    /// <summary>setgroups(2) of this thread.</summary>
    public static int SetGroups(ReadOnlySpan<uint> groups) =>
        GroupsCall(SYS_setgroups, groups.Length, ref MemoryMarshal.GetReference(groups)) < 0 ? -LibC.LastError : 0;

    /// <summary>umask(2): of the process, or of this thread after <see cref="LeaveSharedUmask"/>.</summary>
    public static void SetUmask(uint umask) => Call(SYS_umask, umask);

    /// <summary>unshare(2) with CLONE_FS: umask and directory are this thread's own from here on.</summary>
    public static bool LeaveSharedUmask() => Call(SYS_unshare, CLONE_FS) == 0;

    /// <summary>capget(2): this thread's effective capabilities.</summary>
    public static ulong EffectiveCapabilities()
    {
        Span<uint> header = [CapabilityVersion3, 0];
        Span<uint> sets = [0, 0, 0, 0, 0, 0];
        return CapabilityCall(SYS_capget, ref header[0], ref sets[0]) == 0 ? sets[0] | (ulong)sets[3] << 32 : 0;
    }

    /// <summary>capset(2): makes one capability of this thread effective or not, as far as it is permitted.</summary>
    public static void SetEffective(int capability, bool isEffective)
    {
        Span<uint> header = [CapabilityVersion3, 0];
        Span<uint> sets = [0, 0, 0, 0, 0, 0];
        if (CapabilityCall(SYS_capget, ref header[0], ref sets[0]) != 0)
            return;
        uint bit = 1u << (capability & 31);
        ref uint effective = ref sets[capability < 32 ? 0 : 3];
        effective = isEffective ? effective | (bit & sets[capability < 32 ? 1 : 4]) : effective & ~bit;
        header[0] = CapabilityVersion3;
        _ = CapabilityCall(SYS_capset, ref header[0], ref sets[0]);
    }

    /// <summary>Raises the limit of open files as far as this process may, at most to <paramref name="most"/>.</summary>
    /// <returns>The limit that holds.</returns>
    public static long RaiseOpenFiles(long most)
    {
        Span<ulong> limit = [0, 0];
        if (getrlimit(RLIMIT_NOFILE, ref limit[0]) != 0)
            return 1024;
        ulong hard = limit[1];
        Span<ulong> wanted = [(ulong)most, Math.Max(hard, (ulong)most)];
        if (setrlimit(RLIMIT_NOFILE, ref wanted[0]) == 0)
            return most;
        ulong soft = Math.Min(hard, (ulong)most);
        wanted[0] = soft;
        wanted[1] = hard;
        return setrlimit(RLIMIT_NOFILE, ref wanted[0]) == 0 ? (long)soft : (long)limit[0];
    }

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial long Call(long number, long argument);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial long GroupsCall(long number, long count, ref uint groups);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial long CapabilityCall(long number, ref uint header, ref uint sets);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int getrlimit(int resource, ref ulong limit);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int setrlimit(int resource, ref ulong limit);
}
