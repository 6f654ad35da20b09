using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <summary>
/// What kernel and session agree on in INIT, as a pure function of what the kernel offers, what the file system wants and which channel was
/// chosen.
/// </summary>
public sealed record Negotiation
{
    /// <summary>The oldest minor version that is served: from 7.28 on (Linux 4.20) INIT has max_pages.</summary>
    public const uint OldestMinor = 28;

    /// <summary>Background requests (read-ahead, asynchronous direct I/O) that the kernel keeps in flight.</summary>
    public const ushort MaxBackground = 64;

    /// <summary>From so many on, the mount counts as congested and read-ahead holds back.</summary>
    public const ushort CongestionThreshold = 48;

    // What the kernel allows without MAX_PAGES.
    private const int DefaultPages = 32;
    private const int PageSize = 4096;

    /// <summary>The minor version that both speak.</summary>
    public required uint Minor { get; init; }

    /// <summary>What the kernel offered.</summary>
    public required InitFlags Offered { get; init; }

    /// <summary>What was agreed on.</summary>
    public required InitFlags Agreed { get; init; }

    /// <summary>The features of the file system that were granted.</summary>
    public required FileSystemFeatures Granted { get; init; }

    /// <summary>Pages in one request.</summary>
    public required int MaxPages { get; init; }

    /// <summary>The largest READ and WRITE in bytes.</summary>
    public required int MaxWrite { get; init; }

    /// <summary>How far the kernel reads ahead, in bytes.</summary>
    public required uint MaxReadahead { get; init; }

    /// <summary>Decides.</summary>
    /// <param name="init">What the kernel sent, zeros where its structure is shorter.</param>
    /// <param name="wanted">What the file system wants.</param>
    /// <param name="isUring">Whether the <c>uring</c> channel was chosen.</param>
    /// <param name="maxWrite">The largest READ and WRITE that the session wants, in bytes.</param>
    /// <param name="maxPagesLimit">The kernel's limit in pages.</param>
    public static Negotiation Decide(in FuseInitIn init, FileSystemFeatures wanted, bool isUring, int maxWrite, int maxPagesLimit)
    {
        InitFlags offered = OfferedBy(init);
        bool passthrough = wanted.HasFlag(FileSystemFeatures.Passthrough) && offered.HasFlag(InitFlags.Passthrough);
        var agreed = InitFlags.None;
        var refused = FileSystemFeatures.None;
        foreach (Capability row in CapabilityTable.Rows)
        {
            if (offered.HasFlag(row.Flag) && Agrees(row, wanted, isUring, passthrough))
                agreed |= row.Flag;
            else
                refused |= row.Feature;
        }

        int pages = (maxWrite + PageSize - 1) / PageSize;
        int mostPages = agreed.HasFlag(InitFlags.MaxPages) ? Math.Clamp(maxPagesLimit, 1, ushort.MaxValue) : DefaultPages;
        pages = Math.Clamp(pages, 1, mostPages);
        return new Negotiation
        {
            Minor = Math.Min(init.Minor, FuseConstants.KernelMinorVersion),
            Offered = offered,
            Agreed = agreed,
            Granted = wanted & ~refused,
            MaxPages = pages,
            MaxWrite = Math.Max(PageSize, Math.Min(maxWrite, pages * PageSize)),
            MaxReadahead = init.MaxReadahead,
        };
    }

    /// <summary>The features that a file system could have of what the kernel offers.</summary>
    /// <param name="init">What the kernel sent.</param>
    internal static FileSystemFeatures FeaturesOf(in FuseInitIn init)
    {
        InitFlags offered = OfferedBy(init);
        var features = FileSystemFeatures.None;
        foreach (Capability row in CapabilityTable.Rows)
        {
            if (offered.HasFlag(row.Flag))
                features |= row.Feature;
        }
        return features;
    }

    /// <summary>The reply to INIT.</summary>
    public FuseInitOut ToReply() => new()
    {
        Major = FuseConstants.KernelVersion,
        Minor = FuseConstants.KernelMinorVersion,
        MaxReadahead = MaxReadahead,
        Flags = (uint)Agreed,
        Flags2 = (uint)((ulong)Agreed >> 32),
        MaxBackground = MaxBackground,
        CongestionThreshold = CongestionThreshold,
        MaxWrite = (uint)MaxWrite,
        TimeGran = 1,
        MaxPages = Agreed.HasFlag(InitFlags.MaxPages) ? (ushort)MaxPages : (ushort)0,
        // One file system may be stacked on the backing files.
        MaxStackDepth = Agreed.HasFlag(InitFlags.Passthrough) ? 1u : 0u,
    };

    private static InitFlags OfferedBy(in FuseInitIn init)
    {
        var offered = (InitFlags)init.Flags;
        return offered.HasFlag(InitFlags.InitExt) ? offered | (InitFlags)((ulong)init.Flags2 << 32) : offered;
    }

    private static bool Agrees(Capability row, FileSystemFeatures wanted, bool isUring, bool passthrough) => row.Rule switch
    {
        CapabilityRule.Agree => true,
        CapabilityRule.ByFeature => wanted.HasFlag(row.Feature),
        CapabilityRule.ByFeatureWithoutPassthrough => wanted.HasFlag(row.Feature) && !passthrough,
        CapabilityRule.ByChannel => isUring,
        _ => false,
    };
}
