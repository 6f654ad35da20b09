using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Zufs.Interop;
using Zufs.Mounting;
using Zufs.Plugins;

namespace Zufs.Supervision;

/// <summary>Starts mounts: a supervisor and a worker each. Any thread.</summary>
public static class MountLauncher
{
    private const uint LogMode = 0x1A4;

    /// <summary>Mounts a file system, and returns when it answers requests.</summary>
    /// <param name="request">What to mount.</param>
    /// <param name="cancellation">Gives the mount up while it is being made.</param>
    /// <exception cref="SupervisionException">It couldn't be mounted or served; the sentence says why.</exception>
    /// <exception cref="MountException">The mount point or an option doesn't fit.</exception>
    /// <exception cref="OperationCanceledException">It was given up; nothing stays mounted.</exception>
    public static RunningMount Start(MountRequest request, CancellationToken cancellation = default)
    {
        string mountPoint = Check(request);
        (SafeFileHandle ours, SafeFileHandle theirs) = UnixPair.Create();
        var socket = new LineSocket(ours);
        ChildProcess? supervisor = null;
        try
        {
            using (theirs)
            using (SafeFileHandle? log = OpenLog(request))
                supervisor = StartSupervisor(theirs, log, mountPoint, request.Environment);
            socket.Send(new ControlMessage { Kind = ControlKind.Mount, Order = OrderOf(request, mountPoint) });
            ControlMessage answer = Await(socket, supervisor, cancellation);
            return new RunningMount(socket, supervisor, answer.Status!);
        }
        catch
        {
            // Without its starter a supervisor that isn't ready gives up by itself.
            socket.Dispose();
            supervisor?.Wait();
            supervisor?.Dispose();
            throw;
        }
    }

    private static string Check(MountRequest request)
    {
        if (!ChannelChoice.Names.Contains(request.Channel))
            ChannelChoice.Resolve(request.Channel);
        if (request.Survives && request.Channel == "uring")
            throw new SupervisionException("The channel “uring” can lose requests when the worker dies, so it doesn't go with --survive. Leave out one of the two.");
        request.Options.Validate();
        if (request.Deadline is { TotalSeconds: < 0.5 or > 86_400 })
            throw new SupervisionException("A deadline is 0.5 to 86400 seconds.");
        if (request.FileSystem.IsBuiltIn && request.FileSystemOptions.Length > 0)
            throw new MountException($"{request.FileSystem.Name} takes no option “{request.FileSystemOptions}”: that is for file systems that work by path.");
        string mountPoint = MountPointCheck.Resolve(request.MountPoint);
        foreach (MountStatus other in MountRegistry.ReadStates())
        {
            // What is mounted in another mount namespace lies in nobody's way here.
            if (mountPoint != other.MountPoint && MountTable.IsAtOrBelow(mountPoint, other.MountPoint)
                && MountTable.Find(other.MountPoint) is { } entry && entry.DeviceMinor == other.Device)
            {
                throw new SupervisionException($"{mountPoint} lies on {other.MountPoint}, which is a mount of Zufs itself: one would wait for the other. "
                    + "Choose a mount point outside of it.");
            }
        }
        // The worker loads from there for as long as it runs.
        foreach (string program in (string[])[AppContext.BaseDirectory, System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory()])
        {
            if (program.Length > 0 && LibC.RealPath(program, out string realProgram) == 0 && MountTable.IsAtOrBelow(realProgram, mountPoint))
                throw new SupervisionException($"{program}, which Zufs itself runs from, would disappear below the mount. Choose a mount point outside of it.");
        }
        if (request.FileSystem.AssemblyPath is { } assembly && LibC.RealPath(assembly, out string real) == 0 && MountTable.IsAtOrBelow(real, mountPoint))
        {
            throw new SupervisionException($"{request.FileSystem.AssemblyPath} would disappear below its own mount. "
                + $"Mount it elsewhere, or move the file system out of {mountPoint}.");
        }
        return mountPoint;
    }

    private static ChildProcess StartSupervisor(SafeFileHandle socket, SafeFileHandle? log, string mountPoint, IReadOnlyList<KeyValuePair<string, string?>> environment) =>
        ChildProcess.Start(new ChildProcessStart
        {
            FileName = ProgramFiles.Find(ProgramFiles.Supervisor),
            // For people who read ps(1); the order comes over the socket.
            Arguments = [mountPoint],
            Environment = [.. environment, new(InheritedFiles.Launch, socket.DangerousGetHandle().ToString(CultureInfo.InvariantCulture))],
            Inherited = [socket],
            StandardError = log,
            NewSession = true,
        });

    private static SupervisorOrder OrderOf(MountRequest request, string mountPoint) => new()
    {
        MountPoint = mountPoint,
        FileSystem = request.FileSystem.Text,
        Arguments = request.FileSystem.Arguments,
        Worker = WorkerCommand(request.FileSystem, mountPoint),
        Channel = request.Channel,
        Survives = request.Survives,
        Options = (request.Options with { Subtype = request.Options.Subtype ?? request.FileSystem.Name }).ToString(),
        FileSystemOptions = request.FileSystemOptions,
        DrainMilliseconds = (int)Math.Clamp(request.DrainTime.TotalMilliseconds, 0, int.MaxValue),
        RestartLimit = request.RestartLimit.ToString(),
        DeadlineMilliseconds = (int)(request.Deadline?.TotalMilliseconds ?? 0),
        EndsWithStarter = !request.IsDaemon,
    };

    internal static string[] WorkerCommand(FileSystemSource source, string mountPoint) => source.IsBuiltIn
        ? [ProgramFiles.Find(ProgramFiles.Worker), source.Text, mountPoint]
        : [ProgramFiles.Find(ProgramFiles.CommandLine), "serve", source.Text, mountPoint];

    private static SafeFileHandle? OpenLog(MountRequest request)
    {
        string? path = request.LogPath ?? (request.IsDaemon ? StateDirectory.Open().LogOf(request.FileSystem.Name) : null);
        if (path is null)
            return null;
        // O_APPEND, which .NET's FileMode.Append is not: several mounts write into one log.
        int fd = NativeFile.OpenAt(NativeFile.AT_FDCWD, Encoding.UTF8.GetBytes(path + "\0"), NativeFile.O_CREAT | NativeFile.O_APPEND | NativeFile.O_WRONLY, LogMode);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new LibCException($"opening {path}", -fd);
    }

    private static ControlMessage Await(LineSocket socket, ChildProcess supervisor, CancellationToken cancellation)
    {
        // A cancelled start asks for a stop: the supervisor takes away what it has, and answers.
        using CancellationTokenRegistration registration = cancellation.Register(() => socket.Send(new ControlMessage { Kind = ControlKind.Stop }));
        ControlMessage? answer = socket.Receive();
        if (answer is { Kind: ControlKind.Ready, Status: not null })
            return answer;
        cancellation.ThrowIfCancellationRequested();
        if (answer is { Sentence: { } sentence })
            throw new SupervisionException(sentence);
        throw new SupervisionException($"{ProgramFiles.Supervisor} {supervisor.Wait()} before the mount was ready. Look above for what it said.");
    }
}
