namespace Zufs.FileSystems;

/// <summary>How a WRITE came about: FUSE's <c>FUSE_WRITE_*</c>, same values.</summary>
[Flags]
public enum WriteOptions : uint
{
    /// <summary>By write(2).</summary>
    None = 0,

    /// <summary>FUSE_WRITE_CACHE: delayed write from the page cache; the handle is any that is open for writing.</summary>
    Cache = 1 << 0,

    /// <summary>FUSE_WRITE_LOCKOWNER.</summary>
    LockOwner = 1 << 1,

    /// <summary>FUSE_WRITE_KILL_SUIDGID: clear set-ID bits.</summary>
    KillSuidGid = 1 << 2,
}

/// <summary>What a RELEASE also asks for: FUSE's <c>FUSE_RELEASE_*</c>, same values.</summary>
[Flags]
public enum ReleaseOptions : uint
{
    /// <summary>Nothing else.</summary>
    None = 0,

    /// <summary>FUSE_RELEASE_FLUSH.</summary>
    Flush = 1 << 0,

    /// <summary>FUSE_RELEASE_FLOCK_UNLOCK: this open file's flock is to go.</summary>
    FlockUnlock = 1 << 1,
}

/// <summary>What a COPY_FILE_RANGE copies.</summary>
/// <param name="NodeIn">From this node,</param>
/// <param name="HandleIn">opened as this,</param>
/// <param name="OffsetIn">from this byte on,</param>
/// <param name="NodeOut">to this node,</param>
/// <param name="HandleOut">opened as this,</param>
/// <param name="OffsetOut">from this byte on,</param>
/// <param name="Length">so many bytes.</param>
/// <param name="Flags">0.</param>
public readonly record struct CopyRange(
    ulong NodeIn, ulong HandleIn, ulong OffsetIn, ulong NodeOut, ulong HandleOut, ulong OffsetOut, ulong Length, ulong Flags);

/// <summary>What STATX shows beyond <see cref="Attributes"/>.</summary>
public struct ExtendedAttributes
{
    /// <summary>STATX_* bits of what is valid.</summary>
    public uint Mask;

    /// <summary>STATX_ATTR_* bits.</summary>
    public ulong AttributeBits;

    /// <summary>Which of <see cref="AttributeBits"/> are supported.</summary>
    public ulong AttributeMask;

    /// <summary>The ordinary attributes.</summary>
    public Attributes Attributes;

    /// <summary>When the file was made.</summary>
    public Timestamp Btime;
}

/// <summary>Where a GETXATTR or LISTXATTR puts its bytes.</summary>
public ref struct XAttrReply
{
    /// <summary>A reply; made by the session.</summary>
    /// <param name="room">As many bytes as the request asked for; empty for a size query.</param>
    /// <param name="isSizeQuery">Whether only the size is asked for.</param>
    public XAttrReply(Span<byte> room, bool isSizeQuery)
    {
        Room = room;
        IsSizeQuery = isSizeQuery;
    }

    /// <summary>Where the bytes go.</summary>
    public Span<byte> Room { get; }

    /// <summary>Whether only the size is asked for.</summary>
    public bool IsSizeQuery { get; }

    /// <summary>The value's length in bytes; to be set in both cases.</summary>
    public int Size { get; set; }

    /// <summary>Gives a value: sets <see cref="Size"/>, copies when asked for. ERANGE when it doesn't fit.</summary>
    /// <param name="value">The value.</param>
    public Errno Set(ReadOnlySpan<byte> value)
    {
        Size = value.Length;
        if (IsSizeQuery)
            return Errno.Success;
        return value.TryCopyTo(Room) ? Errno.Success : Errno.ERANGE;
    }
}

/// <summary>Where an IOCTL puts its result.</summary>
public ref struct IoctlReply
{
    /// <summary>A reply; made by the session.</summary>
    /// <param name="room">As many bytes as the command says.</param>
    public IoctlReply(Span<byte> room) => Room = room;

    /// <summary>Where the bytes for the caller go.</summary>
    public Span<byte> Room { get; }

    /// <summary>How many bytes of <see cref="Room"/> were filled.</summary>
    public int Length { get; set; }

    /// <summary>What ioctl(2) returns, 0 or more.</summary>
    public int Result { get; set; }
}
