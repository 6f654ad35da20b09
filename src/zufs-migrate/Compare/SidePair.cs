using Zufs.Channels;
using Zufs.Mounting;
using Zufs.Plugins;
using Zufs.Supervision;

namespace Zufs.Migrate.Compare;

/// <summary>The two mounts of a comparison: found, or started, each with a backing of its own.</summary>
internal sealed class SidePair : IDisposable
{
    private readonly ScratchSpace? _scratch;
    private readonly List<Side> _sides = [];

    private SidePair(ScratchSpace? scratch)
    {
        _scratch = scratch;
    }

    /// <summary>The first mount.</summary>
    public Side First => _sides[0];

    /// <summary>The second mount.</summary>
    public Side Second => _sides[1];

    /// <summary>Finds or starts both.</summary>
    /// <exception cref="CompareException">They can't be compared.</exception>
    /// <exception cref="PluginException">The file system isn't there.</exception>
    /// <exception cref="SupervisionException">It could not be mounted.</exception>
    /// <exception cref="MountException">An option doesn't fit.</exception>
    public static SidePair Open(CompareRequest request, CancellationToken cancellation)
    {
        bool isMount = IsMount(request);
        if (isMount && request.Reference is null) return OpenExisting(request);
        var pair = new SidePair(ScratchSpace.Take(request.Scratch));
        try
        {
            if (isMount) pair._sides.Add(Directories(request.First));
            else
            {
                var channels = request.Channels ?? (request.Reference is null ? BestPair() : [ChannelChoice.Auto]);
                if (channels.Count != (request.Reference is null ? 2 : 1))
                    throw new CompareException(request.Reference is null ? "--channels takes two names: --channels fuse,uring" : "With --reference, --channels takes one name: --channels uring");
                foreach (string channel in channels) pair._sides.Add(pair.Start(request, channel, cancellation));
            }

            if (request.Reference is { } command)
                pair._sides.Add(Side.Reference.Start(command, pair._scratch!.Make("reference"), pair._scratch.Make("reference-backing"), cancellation));
            if (pair.First.Label == pair.Second.Label) pair.Second.Label += " (2)";
            return pair;
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }

    /// <summary>Ends what was started, the last first, and removes its directories.</summary>
    public void Dispose()
    {
        for (int i = _sides.Count - 1; i >= 0; i--) _sides[i].Dispose();
        _sides.Clear();
        _scratch?.Dispose();
    }

    // What is passed through is each side's own when no directory is named.
    private static string Source(CompareRequest request) => request.First == "passthrough" ? "passthrough:{backing}" : request.First;

    private static bool IsMount(CompareRequest request)
    {
        try
        {
            FileSystemSource.Parse(Source(request));
            return false;
        }
        catch (PluginException) when (Directory.Exists(request.First))
        {
            return true;
        }
    }

    private static SidePair OpenExisting(CompareRequest request)
    {
        if (request.Rest.Count != 1) throw new CompareException($"{request.First} is a directory, so it is taken for a mount; name the one to compare it with: zufs-migrate compare {request.First} MOUNT_B");
        if (request.Channels is not null) throw new CompareException("--channels is for a file system; mounts that exist have theirs already.");
        var pair = new SidePair(null);
        pair._sides.Add(Directories(request.First));
        pair._sides.Add(Directories(request.Rest[0]));
        if (pair.First.MountPoint == pair.Second.MountPoint) throw new CompareException($"Both are {pair.First.MountPoint}. Name two mounts.");
        return pair;
    }

    private static Side.Existing Directories(string path) =>
        Directory.Exists(path) ? new Side.Existing(path) : throw new CompareException($"There is no directory {path}. Mount it first, and name its mount point.");

    private static string[] BestPair()
    {
        var best = ChannelProbes.All().FirstOrDefault(p => p.IsUsable && p.Channel != "fuse");
        return best is not null
            ? ["fuse", best.Channel]
            : throw new CompareException("Only the channel fuse is usable here, so there is nothing to compare it with. “zufs-migrate doctor” says what is missing; --channels fuse,fuse compares it with itself.");
    }

    private Side.Started Start(CompareRequest request, string channel, CancellationToken cancellation)
    {
        string name = $"mount-{_sides.Count + 1}";
        string mountPoint = _scratch!.Make(name), backing = _scratch.Make(name + "-backing");
        foreach (string argument in request.Rest.Where(a => !request.ReadOnly && Directory.Exists(a)))
        {
            throw new CompareException(
                $"Both mounts would write to {argument}. Write {{backing}} in its place: each mount gets an empty directory of its own; or use --read-only.");
        }

        string first = Source(request);
        if (first.StartsWith("passthrough:", StringComparison.Ordinal) && !first.Contains("{backing}", StringComparison.Ordinal) && !request.ReadOnly)
        {
            throw new CompareException(
                $"Both mounts would write to {first["passthrough:".Length..]}. Write {{backing}} in its place, or no directory: each mount gets an empty one of its own; or use --read-only.");
        }
        var source = FileSystemSource.Parse(first.Replace("{backing}", backing, StringComparison.Ordinal), [.. request.Rest.Select(a => a.Replace("{backing}", backing))]);
        return new Side.Started(MountLauncher.Start(
            new MountRequest
            {
                FileSystem = source,
                MountPoint = mountPoint,
                Channel = ChannelChoice.Resolve(channel),
                FileSystemOptions = request.FileSystemOptions,
                Options = request.Options with { ReadOnly = request.Options.ReadOnly || request.ReadOnly },
            },
            cancellation));
    }
}
