using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Zufs.Interop;

/// <summary>How a child ended.</summary>
/// <param name="IsSignal">Whether a signal ended it.</param>
/// <param name="Status">The exit code, or the signal.</param>
internal readonly record struct ChildExit(bool IsSignal, int Status)
{
    /// <summary>Whether it ended with exit code 0.</summary>
    public bool IsSuccess => !IsSignal && Status == 0;

    /// <summary>In words: <c>was killed by signal 9 (SIGKILL)</c>.</summary>
    public override string ToString() => IsSignal ? $"was killed by signal {Status} ({NameOf(Status)})" : $"exited with code {Status}";

    private static string NameOf(int signal) => signal switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        _ => "see signal(7)",
    };
}

/// <summary>What a child is started with.</summary>
internal sealed record ChildProcessStart
{
    /// <summary>The program; without a slash it is looked for in PATH.</summary>
    public required string FileName { get; init; }

    /// <summary>What follows argv[0].</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Changes to this process's environment; a null takes the variable away.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Environment { get; init; } = [];

    /// <summary>The file descriptors that it keeps, under their numbers. All others are close-on-exec.</summary>
    public IReadOnlyList<SafeFileHandle> Inherited { get; init; } = [];

    /// <summary>Where its standard error goes; ours when null. Standard output goes there too, so that results stay clean.</summary>
    public SafeFileHandle? StandardError { get; init; }

    /// <summary>Whether it leads a session of its own, so that ^C in our terminal doesn't reach it.</summary>
    public bool NewSession { get; init; }
}

/// <summary>
/// A child that inherits exactly the file descriptors it is given. <c>System.Diagnostics.Process</c> can't do that, and it reaps by SIGCHLD,
/// which a host that isn't ours may want for itself.
/// </summary>
internal sealed unsafe class ChildProcess : IDisposable
{
    private const int SignalSetSize = 128;
    private ChildExit? _exit;

    private ChildProcess(int id, SafeFileHandle handle)
    {
        Id = id;
        Handle = handle;
    }

    /// <summary>Its process id.</summary>
    public int Id { get; }

    /// <summary>Its pidfd: readable by poll(2) when it has ended.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Starts a child.</summary>
    /// <exception cref="LibCException">No such program, or no right to start it.</exception>
    public static ChildProcess Start(ChildProcessStart start)
    {
        byte* actions = stackalloc byte[LibC.SpawnStructureSize];
        byte* attributes = stackalloc byte[LibC.SpawnStructureSize];
        var strings = new NativeStrings();
        int lent = 0;
        LibC.posix_spawn_file_actions_init(actions);
        LibC.posix_spawnattr_init(attributes);
        try
        {
            for (; lent < start.Inherited.Count; lent++)
            {
                bool added = false;
                start.Inherited[lent].DangerousAddRef(ref added);
                int fd = (int)start.Inherited[lent].DangerousGetHandle();
                LibC.posix_spawn_file_actions_adddup2(actions, fd, fd);
            }
            RedirectStandardFiles(actions, start, strings);
            SetSignalsAndSession(attributes, start);
            int pid;
            // SAFETY: every pointer lives until the finally block; posix_spawn copies nothing after it has returned.
            int error = LibC.posix_spawnp(&pid, strings.Add(start.FileName), actions, attributes,
                strings.AddArray([start.FileName, .. start.Arguments]), strings.AddArray(EnvironmentBlock(start.Environment)));
            if (error != 0)
                throw new LibCException($"starting {start.FileName}", error);
            int pidfd = LibC.pidfd_open(pid);
            if (pidfd < 0)
            {
                int why = LibC.LastError;
                LibC.kill(pid, LibC.SIGKILL);
                throw new LibCException($"pidfd_open of {start.FileName}", why);
            }
            return new ChildProcess(pid, new SafeFileHandle(pidfd, ownsHandle: true));
        }
        finally
        {
            while (lent-- > 0)
                start.Inherited[lent].DangerousRelease();
            LibC.posix_spawn_file_actions_destroy(actions);
            LibC.posix_spawnattr_destroy(attributes);
            strings.Dispose();
        }
    }

    /// <summary>Reaps it when it has ended.</summary>
    public bool TryWait(out ChildExit exit) => Wait(LibC.WNOHANG, out exit);

    /// <summary>Waits for its end without a bound, and reaps it.</summary>
    public ChildExit Wait()
    {
        Wait(0, out ChildExit exit);
        return exit;
    }

    /// <summary>Sends a signal. Nothing happens when it has ended: a pidfd never means another process.</summary>
    public void Signal(int signal) => LibC.pidfd_send_signal((int)Handle.DangerousGetHandle(), signal);

    /// <summary>Ends this process without running anything more of it: no finalizers, no waiting for threads.</summary>
    /// <param name="code">The exit code.</param>
    public static void ExitAtOnce(int code) => LibC._exit(code);

    /// <summary>SIGKILL to this process: how a crash looks that nobody can catch.</summary>
    public static void KillThisProcess() => LibC.kill(Environment.ProcessId, LibC.SIGKILL);

    public void Dispose() => Handle.Dispose();

    private static void RedirectStandardFiles(byte* actions, ChildProcessStart start, NativeStrings strings)
    {
        const int readWrite = 2;
        LibC.posix_spawn_file_actions_addopen(actions, 0, strings.Add("/dev/null"), readWrite, 0);
        int error = start.StandardError is null ? 2 : (int)start.StandardError.DangerousGetHandle();
        if (error != 2)
            LibC.posix_spawn_file_actions_adddup2(actions, error, 2);
        LibC.posix_spawn_file_actions_adddup2(actions, 2, 1);
    }

    private static void SetSignalsAndSession(byte* attributes, ChildProcessStart start)
    {
        // The runtime ignores SIGPIPE and may block others; a child begins with everything as it is by default.
        byte* all = stackalloc byte[SignalSetSize];
        byte* none = stackalloc byte[SignalSetSize];
        new Span<byte>(none, SignalSetSize).Clear();
        new Span<byte>(all, SignalSetSize).Clear();
        foreach (int signal in (ReadOnlySpan<int>)[LibC.SIGHUP, LibC.SIGINT, 3, LibC.SIGPIPE, LibC.SIGTERM, LibC.SIGCHLD, 18, 20, 21, 22])
            all[(signal - 1) / 8] |= (byte)(1 << ((signal - 1) % 8));
        LibC.posix_spawnattr_setsigdefault(attributes, all);
        LibC.posix_spawnattr_setsigmask(attributes, none);
        LibC.posix_spawnattr_setflags(attributes,
            (short)(LibC.POSIX_SPAWN_SETSIGDEF | LibC.POSIX_SPAWN_SETSIGMASK | (start.NewSession ? LibC.POSIX_SPAWN_SETSID : 0)));
    }

    private static List<string> EnvironmentBlock(IReadOnlyList<KeyValuePair<string, string?>> changes)
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
            variables[(string)variable.Key] = (string?)variable.Value;
        foreach ((string name, string? value) in changes)
            variables[name] = value;
        return [.. variables.Where(v => v.Value is not null).Select(v => $"{v.Key}={v.Value}")];
    }

    private bool Wait(int options, out ChildExit exit)
    {
        if (_exit is null)
        {
            LibC.SignalInfo info = default;
            int result;
            do
            {
                info.ProcessId = 0;
                result = LibC.waitid(LibC.P_PIDFD, (int)Handle.DangerousGetHandle(), &info, LibC.WEXITED | options);
            }
            while (result != 0 && LibC.LastError == 4);
            // ECHILD: somebody else in this process reaped it; that it has ended is all that is left to know.
            if (result != 0)
                _exit = new ChildExit(IsSignal: false, 255);
            else if (info.ProcessId != 0)
                _exit = new ChildExit(info.Code != LibC.CLD_EXITED, info.Status);
        }
        exit = _exit ?? default;
        return _exit is not null;
    }

    /// <summary>NUL-terminated strings and vectors that live as long as it.</summary>
    private sealed class NativeStrings : IDisposable
    {
        private readonly List<nint> _blocks = [];

        public byte* Add(string text)
        {
            byte* block = Allocate(Encoding.UTF8.GetByteCount(text) + 1);
            int length = Encoding.UTF8.GetBytes(text, new Span<byte>(block, Encoding.UTF8.GetByteCount(text)));
            block[length] = 0;
            return block;
        }

        public byte** AddArray(IReadOnlyList<string> texts)
        {
            var array = (byte**)Allocate((texts.Count + 1) * sizeof(byte*));
            for (int i = 0; i < texts.Count; i++)
                array[i] = Add(texts[i]);
            array[texts.Count] = null;
            return array;
        }

        public void Dispose()
        {
            foreach (nint block in _blocks)
                NativeMemory.Free((void*)block);
        }

        private byte* Allocate(int size)
        {
            void* block = NativeMemory.Alloc((nuint)size);
            _blocks.Add((nint)block);
            return (byte*)block;
        }
    }
}
