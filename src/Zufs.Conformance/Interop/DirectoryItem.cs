namespace Zufs.Conformance.Interop;

/// <summary>One record of getdents64(2).</summary>
/// <param name="Name">The name.</param>
/// <param name="Inode">The inode number.</param>
/// <param name="Next">Where the directory goes on after this record (for lseek).</param>
/// <param name="Type">DT_*: the mode's file type shifted right by 12; 0 is unknown.</param>
internal readonly record struct DirectoryItem(Name Name, ulong Inode, long Next, byte Type)
{
    public bool IsDot => Name.Bytes.SequenceEqual("."u8) || Name.Bytes.SequenceEqual(".."u8);
}
