using System.Diagnostics;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Zufs.Arenas;
using Zufs.Interop;
using Zufs.Mounting;

namespace Zufs.Supervision;

/// <summary>
/// A worker as its supervisor sees it: the process, the socket to talk to it, and what it has said. It loads its file system at once and then waits for a
/// connection, so one that was started beforehand takes a mount over without that time. Of the supervisor's thread only.
/// </summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly ChildProcess _process;
    private readonly SafeFileHandle _handover;
    private readonly long _started = Stopwatch.GetTimestamp();
    private ChildExit? _exit;

    private WorkerProcess(ChildProcess process, LineSocket socket, SafeFileHandle handover)
    {
        _process = process;
        _handover = handover;
        Socket = socket;
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Its pidfd.</summary>
    public SafeFileHandle Handle => _process.Handle;

    /// <summary>The socket for messages.</summary>
    public LineSocket Socket { get; }

    /// <summary>Whether its end was seen and reaped.</summary>
    public bool IsReaped => _exit is not null;

    /// <summary>The mount options that its file system needs; null till it is loaded.</summary>
    public string? NeededOptions { get; private set; }

    /// <summary>How long it took to load its file system.</summary>
    public TimeSpan LoadTime { get; private set; }

    /// <summary>Whether it was given the connection.</summary>
    public bool HasConnection { get; private set; }

    /// <summary>Why it can't serve, in its words; null when it said nothing of the kind.</summary>
    public string? Failure { get; set; }

    /// <summary>The session's shutdown reason; null when it didn't get to say it.</summary>
    public string? EndReason { get; set; }

    /// <summary>Starts a worker that loads the order's file system.</summary>
    /// <exception cref="LibCException">The program can't be started.</exception>
    public static WorkerProcess Start(SupervisorOrder order, Arena arena)
    {
        (SafeFileHandle ours, SafeFileHandle theirs) = UnixPair.Create();
        (SafeFileHandle giving, SafeFileHandle receiving) = UnixPair.Create();
        using (theirs)
        using (receiving)
        {
            ChildProcess process = ChildProcess.Start(new ChildProcessStart
            {
                FileName = order.Worker[0],
                Arguments = [.. order.Worker.Skip(1)],
                Environment =
                [
                    Variable(InheritedFiles.Handover, receiving),
                    Variable(InheritedFiles.Arena, arena.File),
                    Variable(InheritedFiles.Supervisor, theirs),
                    new(InheritedFiles.Launch, null),
                ],
                Inherited = [receiving, arena.File, theirs],
            });
            var worker = new WorkerProcess(process, new LineSocket(ours), giving);
            worker.Socket.Send(new ControlMessage
            {
                Kind = ControlKind.Start,
                Start = new WorkerStart
                {
                    FileSystem = order.FileSystem,
                    Arguments = order.Arguments,
                    Channel = order.Channel,
                    Survives = order.Survives,
                    FileSystemOptions = order.FileSystemOptions,
                },
            });
            return worker;
        }
    }

    /// <summary>It has loaded its file system.</summary>
    public void NoteLoaded(string neededOptions)
    {
        NeededOptions = neededOptions;
        LoadTime = Stopwatch.GetElapsedTime(_started);
    }

    /// <summary>Gives it the connection. One that has died meanwhile takes nothing; its end is told by its pidfd.</summary>
    public void GiveConnection(Mount mount, MountOptions options, int deaths)
    {
        HasConnection = true;
        if (!UnixPair.SendFile(_handover, mount.Connection))
            return;
        Socket.Send(new ControlMessage
        {
            Kind = ControlKind.Mounted,
            Mounted = new WorkerMount { Options = options.ToString(), MountPoint = mount.MountPoint, Device = mount.Device, Deaths = deaths },
        });
    }

    /// <summary>Reaps it when it has ended.</summary>
    public bool TryReap(out ChildExit exit)
    {
        if (_process.TryWait(out exit))
            _exit = exit;
        return _exit is not null;
    }

    /// <summary>SIGKILL, unless its end was seen already.</summary>
    public void Kill()
    {
        if (!IsReaped)
            _process.Signal(LibC.SIGKILL);
    }

    public void Dispose()
    {
        Socket.Dispose();
        _handover.Dispose();
        _process.Dispose();
    }

    private static KeyValuePair<string, string?> Variable(string name, SafeFileHandle file) =>
        new(name, file.DangerousGetHandle().ToString(CultureInfo.InvariantCulture));
}
