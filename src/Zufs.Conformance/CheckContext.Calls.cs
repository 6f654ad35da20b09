using System.Globalization;
using Zufs.Conformance.Interop;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance;

/// <content>System calls on names below the check's directory. Descriptors that a check leaves open are closed when it ends.</content>
public sealed partial class CheckContext
{
    /// <summary>
    /// A full path of a name, for calls that have no *at form. It goes through the open directory, so it is short, and it needs no rights on
    /// the directories above the mount.
    /// </summary>
    internal Name Path(Name name) =>
        ((Name)string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{Directory}")).Slash(name);

    internal Outcome Open(Name name, int flags, uint mode = 0)
    {
        var outcome = Sys.Open(Directory, name, flags, mode);
        if (!outcome.Failed) Track((int)outcome.Value);
        return outcome;
    }

    internal Outcome Dup(int fd)
    {
        var outcome = Sys.Dup(fd);
        if (!outcome.Failed) Track((int)outcome.Value);
        return outcome;
    }

    internal Outcome Close(int fd)
    {
        lock (_openLock) _open.Remove(fd);
        return Sys.Close(fd);
    }

    /// <summary>Has the descriptor closed at the check's end.</summary>
    internal int Track(int fd)
    {
        lock (_openLock) _open.Add(fd);
        return fd;
    }

    internal Outcome Mkdir(Name name, int octal = 755) => Sys.MakeDirectory(Directory, name, Octal(octal));

    internal Outcome Rmdir(Name name) => Sys.RemoveDirectory(Directory, name);

    internal Outcome Unlink(Name name) => Sys.Unlink(Directory, name);

    internal Outcome Rename(Name from, Name to, uint flags = 0) => Sys.Rename(Directory, from, Directory, to, flags);

    internal Outcome Link(Name from, Name to) => Sys.Link(Directory, from, Directory, to, 0);

    internal Outcome Symlink(Name target, Name name) => Sys.Symlink(target, Directory, name);

    internal Outcome ReadLink(Name name, Span<byte> buffer) => Sys.ReadLink(Directory, name, buffer);

    internal Outcome MakeNode(Name name, uint mode, ulong device = 0) => Sys.MakeNode(Directory, name, mode, device);

    internal Outcome LStat(Name name, out FileStatus status) => Sys.Status(Directory, name, LibC.AT_SYMLINK_NOFOLLOW, out status);

    internal Outcome Stat(Name name, out FileStatus status) => Sys.Status(Directory, name, 0, out status);

    internal Outcome Access(Name name, int mode) => Sys.Access(Directory, name, mode, 0);

    internal Outcome Chmod(Name name, int octal) => Sys.ChangeMode(Directory, name, Octal(octal));

    internal Outcome Chown(Name name, uint user, uint group) => Sys.ChangeOwner(Directory, name, user, group, LibC.AT_SYMLINK_NOFOLLOW);

    internal Outcome SetTimes(Name name, TimeValue accessed, TimeValue modified) =>
        Sys.SetTimes(Directory, name, accessed, modified, LibC.AT_SYMLINK_NOFOLLOW);

    internal Outcome Truncate(Name name, long length) => Sys.Truncate(Path(name), length);

    internal Outcome SetXAttr(Name name, Name attribute, ReadOnlySpan<byte> value, int flags = 0) =>
        Sys.SetXAttr(Path(name), attribute, value, flags);

    internal Outcome GetXAttr(Name name, Name attribute, Span<byte> value) => Sys.GetXAttr(Path(name), attribute, value);

    internal Outcome ListXAttr(Name name, Span<byte> list) => Sys.ListXAttr(Path(name), list);

    internal Outcome RemoveXAttr(Name name, Name attribute) => Sys.RemoveXAttr(Path(name), attribute);
}
