using Zufs.FileSystems;

namespace Zufs.FuseShim.Paths;

/// <summary>
/// What an operation is told of the open file it came by, and what an open gives back (libfuse's <c>fuse_file_info</c>). Passed by reference;
/// only opens read back what was set.
/// </summary>
public struct PathFile
{
    /// <summary>Whether there is an open file at all. False: the request came by path, and the rest is zero.</summary>
    public bool IsOpen;

    /// <summary>The file system's own handle: set by an open, given back with each operation.</summary>
    public ulong Handle;

    /// <summary>The flags of open(2) (<c>O_*</c>).</summary>
    public uint Flags;

    /// <summary>Who holds locks: FLUSH, RELEASE and lock operations. 0 elsewhere.</summary>
    public ulong LockOwner;

    /// <summary>POLL: the events that are asked for (<c>POLL*</c>).</summary>
    public uint PollEvents;

    /// <summary>Set by an open: how the kernel treats the file (direct I/O, keep cache, not seekable …).</summary>
    public OpenOptions Options;

    /// <summary>WRITE: it comes from the page cache, later than the program's write(2), and with any handle that is open for writing.</summary>
    public bool IsWritePage;

    /// <summary>FLUSH, and a RELEASE that also stands for a FLUSH.</summary>
    public bool IsFlush;

    /// <summary>RELEASE: the flock of this open file is to go.</summary>
    public bool ReleasesFlock;
}
