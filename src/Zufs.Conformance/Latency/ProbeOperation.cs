using System.Globalization;
using Zufs.Conformance.Interop;

namespace Zufs.Conformance.Latency;

/// <summary>One row's operation: its name, its size, and how a thread prepares for it.</summary>
/// <param name="Name">The operation's name in the rows.</param>
/// <param name="Size">Bytes; 0 where there is none.</param>
/// <param name="Prepare">Makes a thread's work on a mount's directory.</param>
internal sealed record ProbeOperation(string Name, int Size, Func<ProbeDirectory, int, ProbeWork> Prepare)
{
    /// <summary>All rows for these options.</summary>
    public static IEnumerable<ProbeOperation> For(LatencyOptions options)
    {
        yield return new("fstat", 0, (d, t) => new ProbeWork.FStat(d.Descriptor, d.File(t)));
        yield return new("getattr", 0, (d, t) => new ProbeWork.GetAttr(d.Descriptor, d.File(t)));
        yield return new("stat", 0, (d, t) => new ProbeWork.Stat(d.Descriptor, d.File(t)));
        yield return new("open_close", 0, (d, t) => new ProbeWork.OpenClose(d.Descriptor, d.File(t)));
        if (!options.ReadOnly) yield return new("create_unlink", 0, (d, t) => new ProbeWork.CreateUnlink(d.Descriptor, Fresh(t)));
        yield return new("readdir", 0, (d, _) => new ProbeWork.ReadDir(d.Descriptor, d.Listed));
        foreach (bool direct in (bool[])[true, false])
        {
            string kind = direct ? "" : "_buffered";
            foreach (int size in options.Sizes)
            {
                yield return new("pread" + kind, size, (d, t) => new ProbeWork.Transfer(d.Descriptor, d.File(t, size), size, write: false, direct, d.Span));
                if (options.ReadOnly) continue;
                yield return new("pwrite" + kind, size, (d, t) => new ProbeWork.Transfer(d.Descriptor, d.File(t, size), size, write: true, direct, d.Span));
            }
        }
    }

    private static Name Fresh(int thread) => string.Create(CultureInfo.InvariantCulture, $"new-{thread}");
}
