using System.Runtime.InteropServices;

namespace Zufs.Migrate.Interop;

/// <summary>Becomes another program.</summary>
internal static partial class Exec
{
    private const int SIGPIPE = 13;
    private const nint SIG_DFL = 0;

    /// <summary>
    /// Replaces this process by a program, found by PATH: pid, terminal and open files stay, so signals and exit codes are the program's own.
    /// </summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Its environment, as NAME=VALUE.</param>
    /// <returns>Why it couldn't be; there is no other way back.</returns>
    public static string Replace(IReadOnlyList<string> command, IEnumerable<string> environment)
    {
        // .NET ignores it, and what is ignored stays so across an exec.
        signal(SIGPIPE, SIG_DFL);
        execvpe(command[0], [.. command, null], [.. environment, null]);
        return Marshal.GetLastPInvokeErrorMessage();
    }

    /// <summary>execvpe(3): https://man7.org/linux/man-pages/man3/exec.3.html</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execvpe(string file, string?[] arguments, string?[] environment);

    /// <summary>signal(2): https://man7.org/linux/man-pages/man2/signal.2.html</summary>
    [LibraryImport("libc")]
    private static partial nint signal(int number, nint handler);
}
