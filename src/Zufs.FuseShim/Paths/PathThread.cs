using System.Runtime.InteropServices;

namespace Zufs.FuseShim.Paths;

/// <summary>What a server thread keeps for its operations: where paths are built, where listings gather, and its place in the tree lock.</summary>
internal sealed class PathThread
{
    // Pinned: file systems hand the address of a path to C functions, and a NUL stands behind it for them.
    public readonly byte[] First = GC.AllocateArray<byte>(NodeTable.PathMax, pinned: true);
    public readonly byte[] Second = GC.AllocateArray<byte>(NodeTable.PathMax, pinned: true);
    public readonly byte[] Third = GC.AllocateArray<byte>(NodeTable.PathMax, pinned: true);
    public readonly DirectoryFiller Filler = new();

    private Place _place;

    /// <summary>The two nodes whose paths the thread's operation uses: slots, 0 for none. Written by the thread, read by those who wait for it.</summary>
    public ref ulong Shared => ref _place.Shared;

    /// <summary>The two nodes whose names the thread's operation changes. Guarded by the tree lock's gate.</summary>
    public ref ulong Exclusive => ref _place.Exclusive;

    // Away from the object's other fields and from its neighbours: the thread writes it twice an operation.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Place
    {
        [FieldOffset(128)]
        public ulong Shared;

        [FieldOffset(136)]
        public ulong Exclusive;
    }
}
