using Zufs.FileSystems;

namespace Zufs.Sessions;

/// <summary>In place of a request where the session itself asks: DESTROY at the end of a mount, which the kernel doesn't send on an ordinary one.</summary>
internal sealed class NoRequest : RequestScope
{
    public static NoRequest Instance { get; } = new();

    /// <inheritdoc/>
    public override bool IsResend => false;

    /// <inheritdoc/>
    public override ReadOnlySpan<uint> SupplementaryGroups => [];

    /// <inheritdoc/>
    public override bool IsInterrupted => false;

    /// <inheritdoc/>
    public override DeferredReply? Defer() => null;
}
