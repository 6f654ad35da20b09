using System.Runtime.InteropServices;

namespace Zufs.Sessions;

/// <summary>An open file or directory, as it stands in the arena: 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpenHandle
{
    /// <summary>The file system's own handle.</summary>
    public ulong Own;

    /// <summary>The node that is open; while the slot is free: the next free slot + 1.</summary>
    public ulong Node;

    /// <summary>How often the slot changed hands: odd while it is in use.</summary>
    public uint Generation;

    /// <summary>The flags of open(2), for a successor that must open again.</summary>
    public uint Flags;

    /// <summary>The reply's FOPEN_* flags.</summary>
    public uint Options;

    /// <summary>The backing id, or 0.</summary>
    public int BackingId;
}
