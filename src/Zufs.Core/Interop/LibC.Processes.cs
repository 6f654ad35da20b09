using System.Runtime.InteropServices;

namespace Zufs.Interop;

/// <content>Processes: posix_spawn(3), pidfds, wait, identity.</content>
internal static unsafe partial class LibC
{
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGKILL = 9;
    public const int SIGPIPE = 13;
    public const int SIGTERM = 15;
    public const int SIGCHLD = 17;
    public const short POSIX_SPAWN_SETSIGDEF = 0x04;
    public const short POSIX_SPAWN_SETSIGMASK = 0x08;
    public const short POSIX_SPAWN_SETSID = 0x80;
    public const int P_PIDFD = 3;
    public const int WNOHANG = 1;
    public const int WEXITED = 4;
    public const int CLD_EXITED = 1;
    public const int ESRCH = 3;
    public const int PR_SET_PDEATHSIG = 1;

    /// <summary>glibc's posix_spawn_file_actions_t has 80 bytes and posix_spawnattr_t 336; musl's are of the same sizes.</summary>
    public const int SpawnStructureSize = 512;

    // The same numbers on every architecture: all calls since 5.1 share one table.
    private const long SYS_pidfd_send_signal = 424;
    private const long SYS_pidfd_open = 434;
    private const long SYS_close_range = 436;
    private const long CLOSE_RANGE_CLOEXEC = 4;

    /// <summary>posix_spawnp(3): https://man7.org/linux/man-pages/man3/posix_spawn.3.html (returns the errno)</summary>
    [LibraryImport(Library)]
    public static partial int posix_spawnp(int* pid, byte* file, void* actions, void* attributes, byte** arguments, byte** environment);

    /// <summary>posix_spawn_file_actions_init(3)</summary>
    [LibraryImport(Library)]
    public static partial int posix_spawn_file_actions_init(void* actions);

    /// <summary>posix_spawn_file_actions_destroy(3)</summary>
    [LibraryImport(Library)]
    public static partial int posix_spawn_file_actions_destroy(void* actions);

    /// <summary>posix_spawn_file_actions_adddup2(3). The same number twice clears close-on-exec (glibc 2.29, musl 1.1.24).</summary>
    [LibraryImport(Library)]
    public static partial int posix_spawn_file_actions_adddup2(void* actions, int fd, int newFd);

    /// <summary>posix_spawn_file_actions_addopen(3)</summary>
    [LibraryImport(Library)]
    public static partial int posix_spawn_file_actions_addopen(void* actions, int fd, byte* path, int flags, uint mode);

    /// <summary>posix_spawnattr_init(3)</summary>
    [LibraryImport(Library)]
    public static partial int posix_spawnattr_init(void* attributes);

    /// <summary>posix_spawnattr_destroy(3)</summary>
    [LibraryImport(Library)]
    public static partial int posix_spawnattr_destroy(void* attributes);

    /// <summary>posix_spawnattr_setflags(3)</summary>
    [LibraryImport(Library)]
    public static partial int posix_spawnattr_setflags(void* attributes, short flags);

    /// <summary>posix_spawnattr_setsigdefault(3)</summary>
    [LibraryImport(Library)]
    public static partial int posix_spawnattr_setsigdefault(void* attributes, void* signals);

    /// <summary>posix_spawnattr_setsigmask(3)</summary>
    [LibraryImport(Library)]
    public static partial int posix_spawnattr_setsigmask(void* attributes, void* signals);

    /// <summary>waitid(2): https://man7.org/linux/man-pages/man2/waitid.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int waitid(int idType, int id, SignalInfo* info, int options);

    /// <summary>kill(2): https://man7.org/linux/man-pages/man2/kill.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int kill(int pid, int signal);

    /// <summary>getrandom(2): https://man7.org/linux/man-pages/man2/getrandom.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint getrandom(void* buffer, nuint length, uint flags);

    /// <summary>A number that nobody can foresee. Not by .NET's cryptography, which ends the process on a machine without OpenSSL.</summary>
    public static ulong RandomNumber()
    {
        ulong number;
        // SAFETY: eight bytes, as is said; so few are given whole or not at all.
        while (getrandom(&number, sizeof(ulong), 0) != sizeof(ulong))
        {
            if (LastError != EINTR)
                throw new LibCException("getrandom", LastError);
        }
        return number;
    }

    /// <summary>_exit(2): https://man7.org/linux/man-pages/man2/_exit.2.html</summary>
    [LibraryImport(Library)]
    public static partial void _exit(int status);

    /// <summary>geteuid(2): https://man7.org/linux/man-pages/man2/geteuid.2.html</summary>
    [LibraryImport(Library)]
    public static partial uint geteuid();

    /// <summary>getegid(2): https://man7.org/linux/man-pages/man2/getegid.2.html</summary>
    [LibraryImport(Library)]
    public static partial uint getegid();

    /// <summary>pidfd_open(2): https://man7.org/linux/man-pages/man2/pidfd_open.2.html</summary>
    public static int pidfd_open(int pid) => (int)ProcessCall(SYS_pidfd_open, pid, 0, 0, 0);

    /// <summary>pidfd_send_signal(2): https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html</summary>
    public static int pidfd_send_signal(int pidfd, int signal) => (int)ProcessCall(SYS_pidfd_send_signal, pidfd, signal, 0, 0);

    /// <summary>close_range(2) with CLOSE_RANGE_CLOEXEC (Linux 5.11): https://man7.org/linux/man-pages/man2/close_range.2.html</summary>
    public static int close_range_on_exec(int first) => (int)ProcessCall(SYS_close_range, first, uint.MaxValue, CLOSE_RANGE_CLOEXEC, 0);

    /// <summary>syscall(2): https://man7.org/linux/man-pages/man2/syscall.2.html</summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial long ProcessCall(long number, long a, long b, long c, long d);

    /// <summary>siginfo_t as waitid(2) fills it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    public struct SignalInfo
    {
        [FieldOffset(8)]
        public int Code;

        [FieldOffset(16)]
        public int ProcessId;

        [FieldOffset(24)]
        public int Status;
    }
}
