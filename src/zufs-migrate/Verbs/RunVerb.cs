using System.CommandLine;
using System.Runtime.InteropServices;
using Zufs.FuseShim.Paths;
using Zufs.Migrate.Output;
using Zufs.Mounting;
using Zufs.Plugins;
using Zufs.Supervision;

namespace Zufs.Migrate.Verbs;

/// <summary><c>run FS MOUNTPOINT</c>: mounts a file system, in the foreground or as a daemon.</summary>
internal static class RunVerb
{
    private const int SchemaVersion = 1;

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var fileSystem = new Argument<string>("FS") { Description = "A .NET assembly (path.dll, path.dll#Type) or a built-in (memory, memory:size=1G)." };
        var mountPoint = new Argument<string>("MOUNTPOINT") { Description = "A directory that exists." };
        var arguments = new Argument<string[]>("ARGUMENT") { Description = "What the file system's constructor gets (string[]); behind --.", Arity = ArgumentArity.ZeroOrMore };
        var channel = new Option<string?>("--channel") { Description = "auto, zufs, uring or fuse. Default: ZUFS_CHANNEL, else auto.", HelpName = "NAME" };
        channel.CompletionSources.Add([.. ChannelChoice.Names]);
        var options = new Option<string[]>("-o", "--options") { Description = "Mount options as mount(8) takes them: ro,allow_other,attr_timeout=1; and libfuse's: kernel_cache,uid=1000.", HelpName = "LIST" };
        var daemon = new Option<bool>("--daemon") { Description = "Return when it is mounted, and leave it running." };
        var survive = new Option<bool>("--survive") { Description = "With auto: the fastest channel of those that lose nothing when the worker dies." };
        var limit = new Option<string?>("--restart-limit") { Description = "How many deaths of the worker within how many seconds end the mount. Default: 10/10.", HelpName = "FAILURES/SECONDS" };
        var deadline = new Option<double?>("--deadline") { Description = "Replace a worker that is stuck in one request for that long; the request gets ETIMEDOUT. Default: never.", HelpName = "SECONDS" };
        var verb = new Verb(
            "run",
            "Mounts a file system on the fastest channel, or starts a program of libfuse on Zufs's library (run -- COMMAND). ^C and SIGTERM unmount it. Exit code 0: it was unmounted; 2: it could not be mounted, or has failed.",
            "zufs-migrate run memory /mnt/x",
            "zufs-migrate run ./MyFileSystem.dll /mnt/x --channel uring -o allow_other",
            "zufs-migrate run ./MyFileSystem.dll#Encrypted /mnt/x --daemon -- --store /srv/data",
            "zufs-migrate run --channel uring -- sshfs host: /mnt/x")
        {
            fileSystem, mountPoint, arguments, channel, options, survive, limit, deadline, daemon, CommonOptions.Json,
        };
        verb.SetAction(async (result, cancellation) =>
        {
            // The parser knows of a running action only once it got its task: a signal before that would not wait for the unmount.
            await Task.Yield();
            var output = CommandOutput.For(result);
            try
            {
                PathOptions paths = PathOptions.Take(string.Join(',', result.GetValue(options) ?? []), out string rest);
                var request = new MountRequest
                {
                    FileSystem = FileSystemSource.Parse(result.GetRequiredValue(fileSystem), result.GetValue(arguments)),
                    MountPoint = result.GetRequiredValue(mountPoint),
                    Channel = ChannelChoice.Resolve(result.GetValue(channel)),
                    Options = MountOptions.Parse(rest),
                    FileSystemOptions = paths.ToString(),
                    Survives = result.GetValue(survive),
                    RestartLimit = result.GetValue(limit) is { } text ? RestartLimit.Parse(text) : RestartLimit.Default,
                    Deadline = result.GetValue(deadline) is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e9)) : null,
                    IsDaemon = result.GetValue(daemon),
                };
                return await Run(request, output, cancellation);
            }
            catch (Exception e) when (e is MountException or SupervisionException or PluginException or FormatException)
            {
                output.Error(e.Message);
                return ExitCode.Trouble;
            }
        });
        return verb;
    }

    private static async Task<int> Run(MountRequest request, CommandOutput output, CancellationToken cancellation)
    {
        RunningMount mount = MountLauncher.Start(request, cancellation);
        Announce(mount, request, output);
        if (request.IsDaemon)
        {
            // Not disposed: that would stop it.
            output.Message($"Stop it with: zufs-migrate stop {mount.MountPoint}");
            return ExitCode.Success;
        }
        using (mount)
        using (cancellation.Register(mount.Stop))
        using (PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => { context.Cancel = true; mount.Stop(); }))
        {
            await LiveLine.ShowWhile(mount);
            MountEnd end = await mount.Ended;
            if (end.IsClean)
            {
                output.Message($"{mount.MountPoint} is unmounted: {end.Reason}.");
                return ExitCode.Success;
            }
            output.Error($"{mount.MountPoint} has ended. {end.Reason}");
            return ExitCode.Trouble;
        }
    }

    private static void Announce(RunningMount mount, MountRequest request, CommandOutput output)
    {
        if (output.IsJson)
        {
            output.WriteJson(new RunReport(
                SchemaVersion, mount.MountPoint, request.FileSystem.Text, mount.Channel, mount.Notes, mount.Recovery, mount.Promise, mount.WorkerPid, mount.SupervisorPid));
            return;
        }
        output.WriteLine($"{request.FileSystem.Text} is mounted on {mount.MountPoint}, channel {mount.Channel}.");
        foreach (string note in mount.Notes)
            output.Message(note);
        output.Message(mount.Promise);
    }

    /// <summary>The document of <c>run --json</c>, printed when requests flow.</summary>
    private sealed record RunReport(
        int SchemaVersion, string Mountpoint, string FileSystem, string Channel, IReadOnlyList<string> Notes, string Recovery, string Promise, int WorkerPid, int SupervisorPid);
}
