using System.Globalization;

namespace Zufs.FileSystems.Memory;

/// <summary>How a memory file system is made. Immutable.</summary>
public sealed record MemoryOptions
{
    /// <summary>The most bytes of data; null: half of the machine's memory. Never more than 7/8 of the arena.</summary>
    public long? Size { get; init; }

    /// <summary>The most inodes; null: one for each page of half of the machine's memory, as tmpfs.</summary>
    public long? Inodes { get; init; }

    /// <summary>The most bytes of data in one user's files (EDQUOT); 0: no limit. root has none.</summary>
    public long UserSize { get; init; }

    /// <summary>The most inodes of one user (EDQUOT); 0: no limit. root has none.</summary>
    public long UserInodes { get; init; }

    /// <summary>Permissions of the root directory.</summary>
    public uint Mode { get; init; } = 0x1ED; // 0755

    /// <summary>Owner of the root directory; null: the user that serves.</summary>
    public uint? Uid { get; init; }

    /// <summary>Group of the root directory; null: the group that serves.</summary>
    public uint? Gid { get; init; }

    /// <summary>
    /// Reads a list as tmpfs takes it: <c>size=1G,nr_inodes=100k,mode=1777,uid=0,gid=0</c>, and
    /// <c>usrquota_block_hardlimit=64M,usrquota_inode_hardlimit=1k</c> for what each user may have. Sizes take <c>k</c>, <c>m</c>, <c>g</c>, <c>t</c>,
    /// and <c>size=</c> also <c>%</c> of the machine's memory.
    /// </summary>
    /// <param name="text">The list; empty gives the defaults.</param>
    /// <exception cref="FormatException">An option isn't known or its value can't be read; the message says which.</exception>
    public static MemoryOptions Parse(string text)
    {
        var options = new MemoryOptions();
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] pair = part.Split('=', 2);
            string value = pair.Length == 2 ? pair[1] : "";
            options = pair[0] switch
            {
                "size" => options with { Size = ReadSize(part, value, allowPercent: true) },
                "nr_inodes" => options with { Inodes = ReadSize(part, value, allowPercent: false) },
                "usrquota_block_hardlimit" => options with { UserSize = ReadSize(part, value, allowPercent: false) },
                "usrquota_inode_hardlimit" => options with { UserInodes = ReadSize(part, value, allowPercent: false) },
                "mode" => options with { Mode = ReadOctal(part, value) },
                "uid" => options with { Uid = ReadNumber(part, value) },
                "gid" => options with { Gid = ReadNumber(part, value) },
                _ => throw new FormatException($"The memory file system has no option '{pair[0]}'. It has size=, nr_inodes=, "
                    + "usrquota_block_hardlimit=, usrquota_inode_hardlimit=, mode=, uid= and gid=."),
            };
        }
        return options;
    }

    /// <summary>The limit of data in bytes for this machine.</summary>
    internal long EffectiveSize(long arenaSize) => Math.Min(Size ?? MachineMemory / 2, arenaSize / 8 * 7);

    /// <summary>The limit of inodes for this machine.</summary>
    internal long EffectiveInodes => Math.Min(Inodes ?? MachineMemory / 2 / BlockStore.PageSize, InodeTable.MaxSlots - 2);

    private static long MachineMemory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    private static long ReadSize(string part, string value, bool allowPercent)
    {
        if (allowPercent && value.EndsWith('%') && TryNumber(value[..^1], out long percent) && percent is > 0 and <= 100)
            return MachineMemory / 100 * percent;
        int shift = value.Length == 0 ? 0 : char.ToLowerInvariant(value[^1]) switch { 'k' => 10, 'm' => 20, 'g' => 30, 't' => 40, _ => 0 };
        if (TryNumber(shift == 0 ? value : value[..^1], out long number) && number > 0 && number <= long.MaxValue >> shift)
            return number << shift;
        throw Unreadable(part, "a number above 0 with k, m, g or t");
    }

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static uint ReadNumber(string part, string value) =>
        uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : throw Unreadable(part, "a number");

    private static uint ReadOctal(string part, string value)
    {
        uint mode = 0;
        foreach (char c in value)
        {
            if (c is < '0' or > '7' || (mode = mode * 8 + (uint)(c - '0')) > FileMode.Permissions)
                throw Unreadable(part, "octal permissions, like 1777");
        }
        return value.Length > 0 ? mode : throw Unreadable(part, "octal permissions, like 1777");
    }

    private static FormatException Unreadable(string part, string wanted) => new($"Can't read the option '{part}': it takes {wanted}.");
}
