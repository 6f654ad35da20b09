using System.Runtime.InteropServices;
using Zufs.FileSystems;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.CompatTests.Recovery;

/// <summary>
/// A file system whose process dies when somebody looks for a file that is called like a way to die, provided that there is such a file in the directory that it is
/// given: that one is removed before, so whoever serves the request after it lives. Loaded by workers.
/// </summary>
/// <param name="arguments">The directory.</param>
public sealed class DyingFileSystem(string[] arguments) : FileSystemBase
{
    /// <summary>The ways to die.</summary>
    public static readonly string[] Ways = ["exception", "abort", "access", "overflow", "memory"];

    /// <inheritdoc/>
    public override FileSystemTraits Traits { get; } = new() { Name = "dying", Concurrency = Concurrency.Parallel, Recovery = RecoveryClass.Stateless };

    /// <inheritdoc/>
    public override Errno Lookup(in Request request, ulong parent, ReadOnlySpan<byte> name, ref Entry entry)
    {
        string way = System.Text.Encoding.UTF8.GetString(name);
        int number = Array.IndexOf(Ways, way);
        if (number < 0)
            return Errno.ENOENT;
        string order = Path.Combine(arguments[0], way);
        if (File.Exists(order))
        {
            File.Delete(order);
            Die(way);
        }
        entry.Node = (ulong)number + 2;
        return GetAttr(request, entry.Node, 0, ref entry.Attributes, ref entry.AttrTimeout);
    }

    /// <inheritdoc/>
    public override Errno GetAttr(in Request request, ulong node, ulong handle, ref Attributes attributes, ref CacheTimeout timeout)
    {
        attributes.Mode = node == 1 ? FileMode.S_IFDIR | 0x1ED : FileMode.S_IFREG | 0x124;
        attributes.Nlink = 1;
        return Errno.Success;
    }

    private static void Die(string way)
    {
        switch (way)
        {
            case "exception":
                new Thread(() => throw new InvalidOperationException("a thread of the plug-in threw")).Start();
                break;
            case "abort":
                Environment.FailFast("the plug-in gave up");
                break;
            case "access":
                // Nothing is mapped there, and it is too high to be taken for a null reference.
                Marshal.WriteByte(unchecked((nint)0x7000_0000_0000), 1);
                break;
            case "overflow":
                Overflow(0);
                break;
            case "memory":
                Exhaust();
                break;
        }
        Thread.Sleep(Timeout.Infinite);
    }

    private static long Overflow(long depth) => Overflow(depth + 1) + Overflow(depth + 2);

    // Till whoever counts ends this process.
    private static void Exhaust()
    {
        const int Piece = 1 << 20;
        for (; ; )
        {
            nint piece = Marshal.AllocHGlobal(Piece);
            for (int at = 0; at < Piece; at += 4096)
                Marshal.WriteByte(piece + at, 1);
        }
    }
}
