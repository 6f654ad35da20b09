using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <summary>How it is decided whether a capability that the kernel offers is agreed on.</summary>
public enum CapabilityRule
{
    /// <summary>Always.</summary>
    Agree,

    /// <summary>Never.</summary>
    Refuse,

    /// <summary>When the file system wants <see cref="Capability.Feature"/>.</summary>
    ByFeature,

    /// <summary>When the session chose the <c>uring</c> channel.</summary>
    ByChannel,

    /// <summary>When the file system wants <see cref="Capability.Feature"/>, and not passthrough, which excludes it.</summary>
    ByFeatureWithoutPassthrough,
}

/// <summary>One row of <see cref="CapabilityTable"/>.</summary>
/// <param name="Flag">The capability, one bit.</param>
/// <param name="Rule">How it is decided.</param>
/// <param name="Feature">What the file system must want, where the rule asks for it.</param>
/// <param name="Reason">Why it is decided so.</param>
public sealed record Capability(InitFlags Flag, CapabilityRule Rule, FileSystemFeatures Feature, string Reason);
