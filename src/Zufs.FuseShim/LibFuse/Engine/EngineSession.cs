using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Zufs.Arenas;
using Zufs.FuseShim.Paths;
using Zufs.Sessions;

namespace Zufs.FuseShim.LibFuse;

/// <summary>A program's mount while it is served.</summary>
internal sealed unsafe class EngineSession
{
    // Programs were written for the stack that libfuse's threads have: the system's default.
    private const int StackSize = 8 << 20;

    private readonly SafeFileHandle _connection;
    private readonly Arena _arena;
    private readonly LibFuseFileSystem _fileSystem;
    private readonly Session _session;
    private readonly bool _onCaller;

    private EngineSession(SafeFileHandle connection, Arena arena, LibFuseFileSystem fileSystem, Session session, bool onCaller)
    {
        _connection = connection;
        _arena = arena;
        _fileSystem = fileSystem;
        _session = session;
        _onCaller = onCaller;
    }

    /// <summary>Starts a session as the veneer asks for it.</summary>
    /// <exception cref="SessionException">It can't be served.</exception>
    public static EngineSession Start(EngineStart* start)
    {
        // SAFETY: the veneer's structure, checked by the caller of this and alive until it returns; program and log outlive the session.
        void* program = start->Program;
        delegate* unmanaged<void*, byte*, void> log = start->Log;
        void Log(string sentence) => EngineLog.Write(log, program, sentence);

        bool onCaller = start->Threads == EngineStart.CallerThread;
        string channel = Marshal.PtrToStringUTF8((nint)start->Channel) ?? "auto";
        if (onCaller && channel == "uring")
        {
            Log("The program serves on one thread of its own, so the fuse channel is taken: uring needs a thread for each CPU.");
            channel = "fuse";
        }
        var fileSystem = new LibFuseFileSystem(start, Marshal.PtrToStringUTF8((nint)start->Name) ?? "fuse");
        // The fd stays the program's, which may close it at any time.
        var connection = Duplicate(start->Connection);
        Arena? arena = null;
        try
        {
            arena = Arena.Create("zufs");
            Session session = Session.Start(connection, new PathFileSystem(fileSystem), arena, new SessionOptions
            {
                Channel = channel,
                MaxWrite = (int)Math.Clamp(start->MaxWrite, 4096, 1 << 20),
                Owner = start->Owner == uint.MaxValue ? null : start->Owner,
                StackSize = StackSize,
                Log = channel == "auto" ? static _ => { } : Log,
            });
            return new EngineSession(connection, arena, fileSystem, session, onCaller);
        }
        catch
        {
            connection.Dispose();
            arena?.Dispose();
            throw;
        }
    }

    /// <summary>Serves, or waits, until the session has ended; then frees what it used.</summary>
    public ShutdownReason Wait()
    {
        ShutdownReason reason = _onCaller ? _session.Serve() : _session.Ended.GetAwaiter().GetResult();
        _connection.Dispose();
        _arena.Dispose();
        return reason;
    }

    /// <summary>Ends it. Any thread.</summary>
    public void Stop() => _session.Stop(ShutdownReason.StopRequested);

    /// <summary>A file that was polled is ready. Any thread.</summary>
    public void PollWakeup(ulong pollHandle) => _fileSystem.Notifications?.PollWakeup(pollHandle);

    private static SafeFileHandle Duplicate(int descriptor)
    {
        int copy = Interop.EngineLibC.dup(descriptor);
        return copy >= 0 ? new SafeFileHandle(copy, ownsHandle: true) : throw new SessionException($"The connection can't be duplicated: {Marshal.GetLastPInvokeErrorMessage()}.");
    }
}
