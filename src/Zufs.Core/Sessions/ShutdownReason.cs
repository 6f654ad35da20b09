namespace Zufs.Sessions;

/// <summary>Why a session ended. The first reason is recorded; later ones are its consequences.</summary>
public enum ShutdownReason
{
    /// <summary>It hasn't ended.</summary>
    None,

    /// <summary>The file system was unmounted.</summary>
    Unmounted,

    /// <summary>The connection was aborted: through fusectl, or since nobody held its fd any more.</summary>
    Aborted,

    /// <summary>The worker was asked to stop: it leaves, while the mount may stay.</summary>
    StopRequested,

    /// <summary>Another worker takes the mount over: the file system's Destroy isn't called.</summary>
    HandOver,

    /// <summary>A channel failed in a way that leaves requests without a server. The session closed its connection, so no application hangs.</summary>
    ChannelFailed,
}
