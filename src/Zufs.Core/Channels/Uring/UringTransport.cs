using Microsoft.Win32.SafeHandles;
using Zufs.Arenas;

namespace Zufs.Channels;

/// <summary>FUSE over io_uring: a queue a possible CPU, each with a pinned server thread of its own (or several).</summary>
public sealed class UringTransport : Transport
{
    /// <summary>Plans the seats. Nothing is registered before the first <see cref="ServerSeat.Open"/>.</summary>
    /// <param name="connection">The connection, whose INIT was answered with FUSE_OVER_IO_URING. Not owned.</param>
    /// <param name="options">How its queues are served.</param>
    /// <param name="arena">Where entries and payloads live. Not owned.</param>
    public UringTransport(SafeFileHandle connection, UringOptions options, Arena arena)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(arena);
    }

    /// <inheritdoc/>
    public override string Name => "uring";

    /// <inheritdoc/>
    public override IReadOnlyList<ServerSeat> Seats { get; } = [];

    /// <inheritdoc/>
    public override ServerSeat? Grow(int queue) => null;
}
