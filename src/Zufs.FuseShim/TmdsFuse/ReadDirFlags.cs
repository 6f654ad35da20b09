namespace Tmds.Fuse;

/// <summary>How a directory is listed: C's <c>fuse_readdir_flags</c> (1: attributes are of use too).</summary>
public enum ReadDirFlags
{
}
