using System.Globalization;
using Zufs.Interop;

namespace Zufs.Channels;

/// <summary>Which CPUs there are, and which of them this process may run on.</summary>
internal static unsafe class Cpus
{
    // The kernel's own bound, NR_CPUS, is 8192.
    private const int MaxCpus = 8192;
    private const int MaskSize = MaxCpus / 8;

    /// <summary>How many CPUs the kernel may ever see: queues are numbered below this. Not what is online, nor what this process may use.</summary>
    public static int PossibleCount()
    {
        string path = "/sys/devices/system/cpu/possible";
        try
        {
            int last = ParseLast(File.ReadAllText(path));
            if (last >= 0)
                return last + 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A container may hide /sys.
        }
        throw new LibCException($"{path} can't be read, and without it nobody knows how many queues the kernel wants", LibC.ENOENT);
    }

    /// <summary>Whether the calling thread may run on a CPU now: it is online, and in the affinity mask and cpuset.</summary>
    public static bool[] Allowed(int count)
    {
        byte* mask = stackalloc byte[MaskSize];
        new Span<byte>(mask, MaskSize).Clear();
        // SAFETY: the kernel writes at most the size it is told.
        if (LibC.sched_getaffinity(0, MaskSize, mask) < 0)
            LibC.ThrowLastError("sched_getaffinity");
        var allowed = new bool[count];
        for (int cpu = 0; cpu < count && cpu < MaxCpus; cpu++)
            allowed[cpu] = (mask[cpu >> 3] & 1 << (cpu & 7)) != 0;
        return allowed;
    }

    /// <summary>Pins the calling thread.</summary>
    /// <param name="cpu">The CPU.</param>
    /// <returns>False when the CPU has gone offline or out of the cpuset; the thread then runs where it may.</returns>
    public static bool TryPin(int cpu)
    {
        if ((uint)cpu >= MaxCpus)
            return false;
        byte* mask = stackalloc byte[MaskSize];
        new Span<byte>(mask, MaskSize).Clear();
        mask[cpu >> 3] = (byte)(1 << (cpu & 7));
        // SAFETY: the kernel reads as much as it is told.
        return LibC.sched_setaffinity(0, MaskSize, mask) == 0;
    }

    /// <summary>The largest number of a list as the kernel writes them: <c>0-3,8-11</c>. -1 when it is none.</summary>
    public static int ParseLast(string list)
    {
        string last = list.Trim();
        int cut = last.LastIndexOfAny([',', '-']);
        return int.TryParse(last[(cut + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int cpu) && cpu < MaxCpus ? cpu : -1;
    }
}
