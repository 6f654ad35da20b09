using System.Diagnostics;
using Zufs.Mounting;
using Zufs.Supervision;

namespace Zufs.Migrate.Compare;

/// <summary>One of the two mounts; ends what it started.</summary>
internal abstract class Side(string label, string mountPoint) : IDisposable
{
    /// <summary>How it is called in tables and rows: the channel, or what else tells it from the other.</summary>
    public string Label { get; set; } = label;

    /// <summary>Where it is.</summary>
    public string MountPoint { get; } = mountPoint;

    /// <summary>What is to be known of it; sentences.</summary>
    public virtual IReadOnlyList<string> Notes => [];

    public abstract void Dispose();

    /// <summary>A mount, or directory, that exists.</summary>
    public sealed class Existing(string path) : Side(path, Path.GetFullPath(path))
    {
        public override void Dispose()
        {
        }
    }

    /// <summary>A mount of the file system, started here.</summary>
    public sealed class Started(RunningMount mount) : Side(mount.Channel, mount.MountPoint)
    {
        public override IReadOnlyList<string> Notes => mount.Notes;

        public override void Dispose() => mount.Dispose();
    }

    /// <summary>A mount that a command makes; the command may stay in the foreground or not.</summary>
    public sealed class Reference : Side
    {
        private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
        private readonly Process _process;

        private Reference(string mountPoint, Process process)
            : base("reference", mountPoint)
        {
            _process = process;
        }

        /// <exception cref="CompareException">Nothing was mounted in 20 seconds.</exception>
        public static Reference Start(string command, string mountPoint, string backing, CancellationToken cancellation)
        {
            if (!command.Contains("{mountpoint}", StringComparison.Ordinal))
                throw new CompareException("The command of --reference has no {mountpoint}. Write it where the mount point goes: --reference 'sshfs host: {mountpoint}'");
            string line = command.Replace("{mountpoint}", CompareRequest.Quote(mountPoint)).Replace("{backing}", CompareRequest.Quote(backing));

            // Its output isn't ours: stdout carries the result.
            var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec 1>&2; exec {line}"]) { UseShellExecute = false })!;
            var side = new Reference(mountPoint, process);
            var waited = Stopwatch.StartNew();
            while (MountTable.Find(mountPoint) is null)
            {
                bool failed = process.HasExited && process.ExitCode != 0;
                if (!failed && waited.Elapsed < _patience && !cancellation.WaitHandle.WaitOne(50)) continue;
                string reason = failed
                    ? $"The command of --reference ended with {process.ExitCode} and mounted nothing: {line}"
                    : $"The command of --reference mounted nothing at {mountPoint} in {_patience.TotalSeconds:0} s: {line}";
                side.Dispose();
                cancellation.ThrowIfCancellationRequested();
                throw new CompareException(reason);
            }

            return side;
        }

        public override void Dispose()
        {
            if (MountTable.Find(MountPoint) is not null) ScratchSpace.Unmount(MountPoint);
            if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
            {
                _process.Kill(entireProcessTree: true);
                _process.WaitForExit();
            }

            _process.Dispose();
        }
    }
}
