using Microsoft.Win32.SafeHandles;
using Zufs.Arenas;
using Zufs.FileSystems;
using Zufs.Interop;
using Zufs.Mounting;
using Zufs.Plugins;
using Zufs.Protocol;
using Zufs.Sessions;

namespace Zufs.Supervision;

/// <summary>
/// The body of a worker: loads one file system, takes the connection that its supervisor then makes, and runs it till the mount
/// ends. When the supervisor dies it takes the mount away itself, so that no stale mount stays.
/// </summary>
public static class WorkerHost
{
    private const int Trouble = 2;

    /// <summary>Serves the mount of the supervisor that started this process.</summary>
    /// <param name="open">Makes the file system; a <see cref="PluginException"/> becomes the mount's failure.</param>
    /// <returns>The exit code: 0 when the mount ended by an unmount or a stop, 1 when it failed, 2 when it never began.</returns>
    public static int Run(Func<FileSystemSource, IFileSystem> open) => Run((source, options) => options.Length == 0
        ? open(source)
        : throw new PluginException($"{source.Text} takes no option “{options}”: that is for file systems that work by path."));

    /// <summary>Serves the mount of the supervisor that started this process.</summary>
    /// <param name="open">Makes the file system, with the options that are its own; a <see cref="PluginException"/> becomes the mount's failure.</param>
    /// <returns>As above.</returns>
    public static int Run(Func<FileSystemSource, string, IFileSystem> open)
    {
        SafeFileHandle? handover = InheritedFiles.Take(InheritedFiles.Handover);
        SafeFileHandle? arena = InheritedFiles.Take(InheritedFiles.Arena);
        SafeFileHandle? socket = InheritedFiles.Take(InheritedFiles.Supervisor);
        if (handover is null || arena is null || socket is null)
        {
            Console.Error.WriteLine("A worker is started by its supervisor. Mount a file system with “zufs-migrate run FS MOUNTPOINT”.");
            return Trouble;
        }
        // On a mount of our own a relative path, or just being there, could wait for ourselves.
        Environment.CurrentDirectory = "/";
        var supervisor = new LineSocket(socket);
        if (supervisor.Receive() is not { Kind: ControlKind.Start, Start: { } start })
        {
            Console.Error.WriteLine("The worker didn't understand its supervisor: they are of different versions. Install all of Zufs's programs together.");
            return Trouble;
        }
        try
        {
            using IFileSystem fileSystem = open(FileSystemSource.Parse(start.FileSystem, start.Arguments), start.FileSystemOptions);
            using Arena attached = Arena.Attach(arena);
            supervisor.Send(new ControlMessage
            {
                Kind = ControlKind.Loaded,
                Options = fileSystem.Traits.DefaultPermissions ? "default_permissions" : "",
                Recovery = fileSystem.Traits.Recovery.ToString().ToLowerInvariant(),
            });
            using (handover)
            {
                // Neither comes when mounting failed, which the supervisor has told already.
                return UnixPair.ReceiveFile(handover) is { } connection && supervisor.Receive() is { Kind: ControlKind.Mounted, Mounted: { } mount }
                    ? Serve(connection, fileSystem, attached, start, mount, supervisor)
                    : Trouble;
            }
        }
        catch (Exception e) when (e is PluginException or SessionException or MountException)
        {
            return Fail(supervisor, e.Message);
        }
        catch (Exception e)
        {
            // Unknown code: what it threw is told whole on stderr, and in one sentence to who waits.
            Console.Error.WriteLine(e);
            return Fail(supervisor, $"The file system couldn't be started: {e.GetType().Name}: {e.Message}");
        }
    }

    private static int Serve(SafeFileHandle connection, IFileSystem fileSystem, Arena arena, WorkerStart start, WorkerMount mount, LineSocket supervisor)
    {
        MountOptions options = MountOptions.Parse(mount.Options);
        FaultPoint.ArmFromEnvironment(mount.Deaths);
        Session session = Session.Start(connection, fileSystem, arena, new SessionOptions
        {
            Channel = start.Channel,
            Survives = start.Survives,
            EntryTimeout = options.EntryTimeout,
            AttrTimeout = options.AttrTimeout,
            MaxWrite = options.MaxWrite == 0 ? SessionOptions.DefaultMaxWrite : options.MaxWrite,
            AdditionalFeatures = options.WritebackCache ? FileSystemFeatures.WritebackCache : FileSystemFeatures.None,
            OutsideKick = cpu => supervisor.Send(new ControlMessage { Kind = ControlKind.Kick, Cpu = cpu }),
            Owner = options.AllowRoot ? LibC.geteuid() : null,
            Log = static line => Console.Error.WriteLine($"zufs-worker: {line}"),
        });
        supervisor.Send(new ControlMessage
        {
            Kind = ControlKind.Ready,
            Channel = session.Channel,
            Notes = session.Notes,
            CanResend = session.Agreed.Agreed.HasFlag(InitFlags.HasResend),
        });
        new Thread(() => Watch(supervisor, session, mount)) { IsBackground = true, Name = "zufs-watch" }.Start();
        ShutdownReason reason = session.Ended.GetAwaiter().GetResult();
        supervisor.Send(new ControlMessage { Kind = ControlKind.Ended, Reason = reason.ToString() });
        // What is left here is the successor's: the kernel may be writing to it.
        if (reason == ShutdownReason.HandOver)
            ChildProcess.ExitAtOnce(0);
        return reason is ShutdownReason.Unmounted or ShutdownReason.StopRequested ? 0 : 1;
    }

    // On its own thread: the supervisor asks for a stop, or is gone.
    private static void Watch(LineSocket supervisor, Session session, WorkerMount mount)
    {
        while (supervisor.Receive() is { } message)
        {
            if (message.Kind == ControlKind.Stop)
                session.Stop(ShutdownReason.StopRequested);
            if (message is { Kind: ControlKind.Switch, Channel: "uring" })
                Switch(supervisor, session);
            if (message.Kind == ControlKind.HandOver)
                session.Stop(ShutdownReason.HandOver);
        }
        if (session.Ended.IsCompleted)
            return;
        Console.Error.WriteLine($"zufs-worker: the supervisor of {mount.MountPoint} has died; the mount is taken away.");
        // Nobody else is left to do it. Whoever waits for an answer gets an error when the last copy of the connection goes with this process.
        try
        {
            if (MountTable.Find(mount.MountPoint) is { IsFuse: true } entry && entry.DeviceMinor == mount.Device)
                Mount.Detach(mount.MountPoint);
        }
        catch (MountException e)
        {
            Console.Error.WriteLine($"zufs-worker: {e.Message}");
        }
        Mount.TryAbort(mount.Device);
        // At once: the file system's code may hang, and must not be waited for.
        ChildProcess.ExitAtOnce(1);
    }

    private static void Switch(LineSocket supervisor, Session session)
    {
        string? failure = null;
        try
        {
            session.SwitchToUring();
        }
        catch (Exception e) when (e is SessionException or LibCException)
        {
            failure = e.Message;
        }
        supervisor.Send(new ControlMessage { Kind = ControlKind.Switched, Channel = session.Channel, Sentence = failure });
    }

    private static int Fail(LineSocket supervisor, string sentence)
    {
        supervisor.Send(new ControlMessage { Kind = ControlKind.Failed, Sentence = sentence });
        return Trouble;
    }
}
