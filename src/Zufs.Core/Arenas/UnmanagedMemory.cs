namespace Zufs.Arenas;

/// <summary>
/// A piece of memory that no garbage collection moves, as a channel can hand to the kernel by address. A plain value: whoever lends it keeps
/// it alive and unchanged until the lease is released.
/// </summary>
/// <param name="Address">Where it begins.</param>
/// <param name="Length">How many bytes, 0 or more.</param>
public readonly record struct UnmanagedMemory(nint Address, int Length);
