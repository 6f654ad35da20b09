using Xunit;

namespace Zufs.CompatTests.Recovery;

/// <summary>A control group that bounds the memory of the processes in it, of either version.</summary>
internal sealed class MemoryGroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup";

    private readonly string _path;
    private readonly bool _isSecond;

    /// <summary>Makes the group.</summary>
    /// <exception cref="IOException">The machine lets nobody make one.</exception>
    public MemoryGroup()
    {
        _isSecond = File.Exists($"{Root}/cgroup.controllers");
        string top = _isSecond ? Root : $"{Root}/memory";
        if (_isSecond)
            File.WriteAllText($"{Root}/cgroup.subtree_control", "+memory");
        _path = $"{top}/zufs-test-{Environment.ProcessId}";
        Directory.CreateDirectory(_path);
    }

    /// <summary>How many processes were killed here for want of memory.</summary>
    public int Kills
    {
        get
        {
            string words = File.ReadAllText(Path.Combine(_path, _isSecond ? "memory.events" : "memory.oom_control"));
            string line = words.Split('\n').First(line => line.StartsWith("oom_kill ", StringComparison.Ordinal));
            return int.Parse(line.Split(' ')[1]);
        }
    }

    /// <summary>Takes a process in.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="bytes">How much more memory the group may have from here on.</param>
    public void Bound(int pid, long bytes)
    {
        File.WriteAllText(Path.Combine(_path, "cgroup.procs"), $"{pid}");
        File.WriteAllText(Path.Combine(_path, _isSecond ? "memory.max" : "memory.limit_in_bytes"), $"{bytes}");
        if (_isSecond && File.Exists(Path.Combine(_path, "memory.swap.max")))
            File.WriteAllText(Path.Combine(_path, "memory.swap.max"), "0");
    }

    /// <summary>Removes the group; its processes must have ended.</summary>
    public void Dispose()
    {
        // A process that has just been killed still counts as its member for a moment.
        Assert.True(SpinWait.SpinUntil(TryRemove, TimeSpan.FromSeconds(5)), $"{_path} couldn't be removed");
    }

    private bool TryRemove()
    {
        try
        {
            Directory.Delete(_path);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
