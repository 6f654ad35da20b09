using System.Globalization;
using System.Text;
using Zufs.Interop;

namespace Zufs.Mounting;

/// <summary>What is mounted, as the kernel says. Reading it touches no file system, so it can't hang on a dead server.</summary>
public static class MountTable
{
    private const string Path = "/proc/self/mountinfo";
    private const int ENOTCONN = 107;

    /// <summary>Reads the table, in the order of mounting.</summary>
    public static IReadOnlyList<MountEntry> Read() => Parse(File.ReadAllText(Path));

    /// <summary>Parses the text of a mountinfo file. Lines that aren't understood are left out.</summary>
    /// <param name="text">The lines.</param>
    public static IReadOnlyList<MountEntry> Parse(string text)
    {
        var entries = new List<MountEntry>();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (ParseLine(line) is { } entry)
                entries.Add(entry);
        }
        return entries;
    }

    /// <summary>The mount that a path shows: the last one at exactly this place.</summary>
    /// <param name="mountPoint">An absolute path without symbolic links.</param>
    public static MountEntry? Find(string mountPoint) => Find(Read(), mountPoint);

    /// <summary>The mount on which a path lies.</summary>
    /// <param name="path">An absolute path without symbolic links.</param>
    public static MountEntry? FindContaining(string path) => Read().Where(e => IsAtOrBelow(path, e.MountPoint)).MaxBy(e => e.MountPoint.Length);

    /// <summary>
    /// Whether a FUSE mount has lost its server: asking it anything is ENOTCONN. Asks the file system, so the mount must not be one that
    /// this process serves; a server that hangs counts as alive after <paramref name="patience"/>.
    /// </summary>
    /// <param name="entry">The mount.</param>
    /// <param name="patience">How long to wait for its answer; 1 s when null.</param>
    public static bool IsStale(MountEntry entry, TimeSpan? patience = null)
    {
        if (!entry.IsFuse)
            return false;
        // A stat of a hung server can't be given up, so it waits in a thread that is.
        int error = 0;
        var asker = new Thread(() => error = LibC.Stat(entry.MountPoint, out _)) { IsBackground = true, Name = "zufs-stale" };
        asker.Start();
        return asker.Join(patience ?? TimeSpan.FromSeconds(1)) && error == ENOTCONN;
    }

    /// <summary>The command that takes a stale mount away.</summary>
    /// <param name="mountPoint">Where it is.</param>
    public static string RemovalCommand(string mountPoint) =>
        LibC.geteuid() == 0 ? $"umount -l {Quote(mountPoint)}" : $"fusermount3 -u -z {Quote(mountPoint)}";

    internal static MountEntry? Find(IEnumerable<MountEntry> entries, string mountPoint) => entries.LastOrDefault(e => e.MountPoint == mountPoint);

    internal static bool IsAtOrBelow(string path, string directory) =>
        directory == "/" || path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal);

    internal static string Quote(string path) =>
        path.All(c => char.IsLetterOrDigit(c) || "/._-+:@%,".Contains(c)) ? path : "'" + path.Replace("'", "'\\''") + "'";

    // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    private static MountEntry? ParseLine(string line)
    {
        string[] fields = line.Split(' ');
        int separator = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
        if (separator < 0 || fields.Length < separator + 3)
            return null;
        string[] device = fields[2].Split(':');
        if (device.Length != 2
            || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            || !int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out int parent)
            || !uint.TryParse(device[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint major)
            || !uint.TryParse(device[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint minor))
            return null;
        return new MountEntry(id, parent, major, minor, Decode(fields[4]), fields[5], Decode(fields[separator + 1]), Decode(fields[separator + 2]));
    }

    // The kernel writes space, tab, newline, backslash and # as three octal digits.
    private static string Decode(string field)
    {
        if (!field.Contains('\\'))
            return field;
        byte[] bytes = Encoding.UTF8.GetBytes(field);
        int length = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '\\' && i + 3 < bytes.Length && OctalAt(bytes, i + 1) is { } value)
            {
                bytes[length++] = value;
                i += 3;
            }
            else
            {
                bytes[length++] = bytes[i];
            }
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static byte? OctalAt(byte[] bytes, int index)
    {
        int value = 0;
        for (int i = index; i < index + 3; i++)
        {
            if (bytes[i] is < (byte)'0' or > (byte)'7')
                return null;
            value = value * 8 + (bytes[i] - '0');
        }
        return value > byte.MaxValue ? null : (byte)value;
    }
}
