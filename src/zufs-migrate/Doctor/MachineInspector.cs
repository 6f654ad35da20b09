using System.Globalization;
using System.Runtime.InteropServices;

namespace Zufs.Migrate.Doctor;

/// <summary>Looks at what matters to a mount beside its channel. Reads files only, changes nothing, never throws.</summary>
/// <param name="root">Where <c>/proc</c>, <c>/sys</c>, <c>/etc</c> and <c>/usr</c> are; not <c>/</c> in tests.</param>
internal sealed class MachineInspector(string root)
{
    private const int CapSysAdmin = 21;
    private const int WantedPages = 256;
    private static readonly Version PassthroughKernel = new(6, 9);

    /// <summary>Every check, in the order to show.</summary>
    public IReadOnlyList<MachineCheck> Inspect() =>
        [Kernel(), Passthrough(), InputOutputLimit(), FuserMount(), AllowOther(), Connections(), Runtime()];

    /// <summary>Whether a setuid fusermount3 and <c>/dev/fuse</c> are there, so that an ordinary user can mount without opening the device.</summary>
    public bool MayMountByProgram() => !Environment.IsPrivilegedProcess && File.Exists(Path.Combine(root, "dev/fuse")) && FuserMount().Available;

    private MachineCheck Kernel()
    {
        var release = ReadLine("proc/sys/kernel/osrelease");
        return release is null
            ? new("kernel", false, "/proc isn't mounted: the kernel's version can't be read.", "sudo mount -t proc proc /proc")
            : new("kernel", true, $"Linux {release}, {RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}.", null);
    }

    private MachineCheck Passthrough()
    {
        const string Name = "passthrough";
        if (KernelVersion() is not { } version || version < PassthroughKernel)
            return new(Name, false, "FUSE passthrough needs Linux 6.9 or newer.", null);
        return HasCapability(CapSysAdmin)
            ? new(Name, true, "The kernel can read and write backing files itself; this process has CAP_SYS_ADMIN for it.", null)
            : new(Name, false, "FUSE passthrough needs CAP_SYS_ADMIN, which this process doesn't have.", "sudo zufs-migrate doctor");
    }

    private MachineCheck InputOutputLimit()
    {
        const string Name = "io-limit";
        const string File = "proc/sys/fs/fuse/max_pages_limit";
        if (!int.TryParse(ReadLine(File), NumberStyles.None, CultureInfo.InvariantCulture, out var pages))
            return new(Name, true, $"One request carries at most {WantedPages} pages (this kernel has no other setting).", null);
        var reason = $"One request carries at most {pages} pages, {(long)pages * Environment.SystemPageSize / 1024} KiB.";
        return pages >= WantedPages ? new(Name, true, reason, null) : new(Name, false, reason, $"echo {WantedPages} | sudo tee /{File}");
    }

    private MachineCheck FuserMount()
    {
        const string Name = "fusermount3";
        foreach (var folder in (string[])["usr/bin", "bin", "usr/local/bin"])
        {
            var path = Path.Combine(root, folder, "fusermount3");
            if (!File.Exists(path))
                continue;
            return IsSetUid(path)
                ? new(Name, true, $"/{folder}/fusermount3 is there and setuid: ordinary users can mount.", null)
                : new(Name, false, $"/{folder}/fusermount3 isn't setuid: only root can mount.", $"sudo chmod u+s /{folder}/fusermount3");
        }
        return new(Name, false, "There is no fusermount3: only root can mount.", "sudo apt-get install fuse3");
    }

    private MachineCheck AllowOther()
    {
        var allowed = ReadLines("etc/fuse.conf").Any(line => line.Trim() == "user_allow_other");
        return allowed
            ? new("allow_other", true, "Ordinary users may mount with -o allow_other.", null)
            : new("allow_other", false, "Only root may mount with -o allow_other.", "echo user_allow_other | sudo tee -a /etc/fuse.conf");
    }

    private MachineCheck Connections()
    {
        var mounted = ReadLines("proc/self/mountinfo").Any(line => line.Contains(" - fusectl ", StringComparison.Ordinal));
        return mounted
            ? new("fusectl", true, "A hanging mount can be aborted in /sys/fs/fuse/connections.", null)
            : new("fusectl", false, "/sys/fs/fuse/connections isn't mounted: a hanging mount can't be aborted there.", "sudo mount -t fusectl none /sys/fs/fuse/connections");
    }

    private static MachineCheck Runtime() => new("runtime", true, $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}.", null);

    private Version? KernelVersion()
    {
        var numbers = ReadLine("proc/sys/kernel/osrelease")?.Split('.', '-', '+', '~');
        return numbers is { Length: >= 2 } && int.TryParse(numbers[0], out var major) && int.TryParse(numbers[1], out var minor)
            ? new Version(major, minor)
            : null;
    }

    private bool HasCapability(int number)
    {
        const string Field = "CapEff:";
        var line = ReadLines("proc/self/status").FirstOrDefault(l => l.StartsWith(Field, StringComparison.Ordinal));
        return line is not null
            && ulong.TryParse(line.AsSpan(Field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var set)
            && (set >> number & 1) != 0;
    }

    private static bool IsSetUid(string path)
    {
        try
        {
            return (File.GetUnixFileMode(path) & UnixFileMode.SetUser) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string? ReadLine(string path) => ReadLines(path).FirstOrDefault()?.Trim();

    private string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(root, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
