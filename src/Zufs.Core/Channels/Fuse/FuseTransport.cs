using Microsoft.Win32.SafeHandles;

namespace Zufs.Channels;

/// <summary>Plain <c>/dev/fuse</c>: every thread reads and writes the one connection fd, which is never cloned.</summary>
public sealed class FuseTransport : Transport
{
    /// <summary>Plans the seats.</summary>
    /// <param name="connection">The connection. Not owned.</param>
    /// <param name="threads">Server threads, at least 1. More than one gains nothing but for operations that wait.</param>
    /// <param name="maxWrite">What INIT agrees on, in bytes: the most that one WRITE carries, and one READ asks for.</param>
    /// <param name="besideRing">Whether the connection's requests come by a ring, and only FORGET, INTERRUPT and the like come here.</param>
    public FuseTransport(SafeFileHandle connection, int threads, int maxWrite, bool besideRing = false)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWrite, 4096);
    }

    /// <inheritdoc/>
    public override string Name => "fuse";

    /// <inheritdoc/>
    public override IReadOnlyList<ServerSeat> Seats { get; } = [];

    /// <summary>Whether INIT agreed on SETXATTR_EXT: then the fixed part of SETXATTR is 16 bytes and not 8.</summary>
    public bool HasSetxattrExt { get; set; }

    /// <inheritdoc/>
    public override ServerSeat? Grow(int queue) => null;
}
