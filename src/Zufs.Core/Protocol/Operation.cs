namespace Zufs.Protocol;

/// <summary>What stands behind the fixed part of a request.</summary>
public enum RequestTail
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>One name with its NUL.</summary>
    Name,

    /// <summary>Two names, each with its NUL.</summary>
    TwoNames,

    /// <summary>As many bytes as a field of the fixed part says.</summary>
    Data,

    /// <summary>One name with its NUL, then as many bytes as a field of the fixed part says.</summary>
    NameAndData,

    /// <summary>An array whose count is a field of the fixed part.</summary>
    Array,
}

/// <summary>What a reply without error carries.</summary>
public enum ReplyBody
{
    /// <summary>There is no reply at all.</summary>
    NoReply,

    /// <summary>The header only.</summary>
    Nothing,

    /// <summary>Structures of <see cref="Operation.ReplySize"/> bytes in all.</summary>
    Structures,

    /// <summary>Up to as many bytes as the request asks for.</summary>
    Data,

    /// <summary>Structures of <see cref="Operation.ReplySize"/> bytes, or up to as many bytes as the request asks for (xattrs: size or value).</summary>
    StructuresOrData,

    /// <summary>Structures of <see cref="Operation.ReplySize"/> bytes, then up to as many bytes as the request asks for (IOCTL).</summary>
    StructuresThenData,
}

/// <summary>One row of <see cref="OperationTable"/>.</summary>
/// <param name="Opcode">The operation.</param>
/// <param name="FixedSize">Bytes of its fixed structure; 0 when it has none.</param>
/// <param name="Tail">What follows the fixed structure.</param>
/// <param name="Body">What a reply carries.</param>
/// <param name="ReplySize">Bytes of the reply's structures.</param>
/// <param name="SentByLinux">Whether Linux sends it on an ordinary mount; the others are virtiofs', CUSE's or fuseblk's.</param>
public sealed record Operation(FuseOpcode Opcode, int FixedSize, RequestTail Tail, ReplyBody Body, int ReplySize, bool SentByLinux = true)
{
    /// <summary>Its name without <c>FUSE_</c>, as it is shown to people.</summary>
    public string Name { get; } = Opcode.ToString().Replace("FUSE_", "", StringComparison.Ordinal);

    // Linux passes an empty argument before these two's structures, and a ring's place for fixed parts takes the first argument (fs/fuse/dev_uring.c).
    internal bool RingFixedPartInPayload => Opcode is FuseOpcode.FUSE_NOTIFY_REPLY or FuseOpcode.FUSE_REMOVEMAPPING;
}
