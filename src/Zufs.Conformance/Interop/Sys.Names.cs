using System.Runtime.InteropServices;

namespace Zufs.Conformance.Interop;

/// <content>Names: directories, links, rename, attributes, extended attributes.</content>
internal static unsafe partial class Sys
{
    private const uint StatxBasicStats = 0x7ff;
    private const uint StatxBirth = 0x800;

    public static Outcome MakeDirectory(int directory, Name path, uint mode)
    {
        fixed (byte* p = path.Terminated) return Outcome.Of(LibC.mkdirat(directory, p, mode));
    }

    public static Outcome MakeNode(int directory, Name path, uint mode, ulong device)
    {
        fixed (byte* p = path.Terminated) return Outcome.Of(LibC.mknodat(directory, p, mode, device));
    }

    public static Outcome Unlink(int directory, Name path)
    {
        fixed (byte* p = path.Terminated) return Outcome.Of(LibC.unlinkat(directory, p, 0));
    }

    public static Outcome RemoveDirectory(int directory, Name path)
    {
        fixed (byte* p = path.Terminated) return Outcome.Of(LibC.unlinkat(directory, p, LibC.AT_REMOVEDIR));
    }

    public static Outcome Rename(int fromDirectory, Name from, int toDirectory, Name to, uint flags)
    {
        fixed (byte* f = from.Terminated, t = to.Terminated)
            return Outcome.Of(LibC.renameat2(fromDirectory, f, toDirectory, t, flags));
    }

    public static Outcome Link(int fromDirectory, Name from, int toDirectory, Name to, int flags)
    {
        fixed (byte* f = from.Terminated, t = to.Terminated)
            return Outcome.Of(LibC.linkat(fromDirectory, f, toDirectory, t, flags));
    }

    /// <summary>The handle of a file (struct file_handle with 128 bytes of room).</summary>
    public static Outcome HandleOf(int directory, Name path, out byte[] handle)
    {
        handle = new byte[8 + 128];
        BitConverter.TryWriteBytes(handle, 128);
        int mount;
        fixed (byte* p = path.Terminated, h = handle) return Outcome.Of(LibC.name_to_handle_at(directory, p, h, &mount, 0));
    }

    public static Outcome OpenHandle(int mount, byte[] handle, int flags)
    {
        fixed (byte* h = handle) return Outcome.Of(LibC.open_by_handle_at(mount, h, flags | Flags.O_CLOEXEC));
    }

    public static Outcome Symlink(Name target, int directory, Name path)
    {
        fixed (byte* t = target.Terminated, p = path.Terminated) return Outcome.Of(LibC.symlinkat(t, directory, p));
    }

    public static Outcome ReadLink(int directory, Name path, Span<byte> buffer)
    {
        fixed (byte* p = path.Terminated, b = buffer) return Outcome.Of(LibC.readlinkat(directory, p, b, (nuint)buffer.Length));
    }

    public static Outcome Status(int directory, Name path, int flags, out FileStatus status)
    {
        fixed (byte* p = path.Terminated)
        fixed (FileStatus* s = &status)
            return Outcome.Of(LibC.statx(directory, p, flags, StatxBasicStats, s));
    }

    /// <summary>statx(2) that asks for the time of birth too.</summary>
    public static Outcome StatusWithBirth(int directory, Name path, int flags, out FileStatus status)
    {
        fixed (byte* p = path.Terminated)
        fixed (FileStatus* s = &status)
            return Outcome.Of(LibC.statx(directory, p, flags, StatxBasicStats | StatxBirth, s));
    }

    public static Outcome Status(int fd, out FileStatus status) => Status(fd, "", LibC.AT_EMPTY_PATH, out status);

    /// <summary>fstat(2) whose result is dropped: for timing.</summary>
    public static Outcome TouchStatus(int fd)
    {
        // Larger than struct stat of any machine.
        byte* buffer = stackalloc byte[256];
        return Outcome.Of(LibC.fstat(fd, buffer));
    }

    public static Outcome FileSystem(int fd, out FileSystemStatus status)
    {
        fixed (FileSystemStatus* s = &status) return Outcome.Of(LibC.fstatfs(fd, s));
    }

    public static Outcome Access(int directory, Name path, int mode, int flags)
    {
        fixed (byte* p = path.Terminated) return Outcome.Of(LibC.faccessat(directory, p, mode, flags));
    }

    public static Outcome ChangeMode(int directory, Name path, uint mode)
    {
        fixed (byte* p = path.Terminated) return Outcome.Of(LibC.fchmodat(directory, p, mode, 0));
    }

    public static Outcome ChangeMode(int fd, uint mode) => Outcome.Of(LibC.fchmod(fd, mode));

    public static Outcome ChangeOwner(int directory, Name path, uint user, uint group, int flags)
    {
        fixed (byte* p = path.Terminated) return Outcome.Of(LibC.fchownat(directory, p, user, group, flags));
    }

    public static Outcome SetTimes(int directory, Name path, TimeValue accessed, TimeValue modified, int flags)
    {
        TimeValue* times = stackalloc TimeValue[] { accessed, modified };
        fixed (byte* p = path.Terminated) return Outcome.Of(LibC.utimensat(directory, p, times, flags));
    }

    public static Outcome SetTimes(int fd, TimeValue accessed, TimeValue modified)
    {
        TimeValue* times = stackalloc TimeValue[] { accessed, modified };
        return Outcome.Of(LibC.futimens(fd, times));
    }

    public static Outcome SetXAttr(Name path, Name name, ReadOnlySpan<byte> value, int flags)
    {
        fixed (byte* p = path.Terminated, n = name.Terminated, v = value)
            return Outcome.Of(LibC.lsetxattr(p, n, v, (nuint)value.Length, flags));
    }

    public static Outcome GetXAttr(Name path, Name name, Span<byte> value)
    {
        fixed (byte* p = path.Terminated, n = name.Terminated, v = value)
            return Outcome.Of(LibC.lgetxattr(p, n, v, (nuint)value.Length));
    }

    public static Outcome ListXAttr(Name path, Span<byte> list)
    {
        fixed (byte* p = path.Terminated, l = list) return Outcome.Of(LibC.llistxattr(p, l, (nuint)list.Length));
    }

    public static Outcome RemoveXAttr(Name path, Name name)
    {
        fixed (byte* p = path.Terminated, n = name.Terminated) return Outcome.Of(LibC.lremovexattr(p, n));
    }

    public static Outcome SetXAttr(int fd, Name name, ReadOnlySpan<byte> value, int flags)
    {
        fixed (byte* n = name.Terminated, v = value) return Outcome.Of(LibC.fsetxattr(fd, n, v, (nuint)value.Length, flags));
    }

    public static Outcome GetXAttr(int fd, Name name, Span<byte> value)
    {
        fixed (byte* n = name.Terminated, v = value) return Outcome.Of(LibC.fgetxattr(fd, n, v, (nuint)value.Length));
    }

    /// <summary>One getdents64 call; the records are added to <paramref name="items"/>.</summary>
    public static Outcome List(int fd, Span<byte> buffer, List<DirectoryItem> items)
    {
        Outcome outcome;
        fixed (byte* b = buffer) outcome = Outcome.Of(LibC.getdents64(fd, b, (nuint)buffer.Length));
        if (outcome.Failed) return outcome;

        // struct linux_dirent64: inode, next offset, record length, type, name with NUL.
        for (var rest = (ReadOnlySpan<byte>)buffer[..(int)outcome.Value]; rest.Length > 19;)
        {
            int length = MemoryMarshal.Read<ushort>(rest[16..]);
            var name = rest[19..length];
            items.Add(new DirectoryItem(
                Name.Of(name[..name.IndexOf((byte)0)]), MemoryMarshal.Read<ulong>(rest), MemoryMarshal.Read<long>(rest[8..]), rest[18]));
            rest = rest[length..];
        }

        return outcome;
    }

    /// <summary>One getdents64 call whose records nobody looks at: for timing.</summary>
    public static Outcome TouchList(int fd, Span<byte> buffer)
    {
        fixed (byte* b = buffer) return Outcome.Of(LibC.getdents64(fd, b, (nuint)buffer.Length));
    }

    /// <summary>Device number as mknod(2) takes it (makedev(3), for small numbers).</summary>
    public static ulong Device(uint major, uint minor) => (major << 8) | minor;
}
