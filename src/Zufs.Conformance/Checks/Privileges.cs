using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>What a program file loses when it is changed: set-ID bits when somebody without CAP_FSETID does it, capabilities whoever does.</summary>
internal static class Privileges
{
    private const uint Other = 4711;

    public static IReadOnlyList<Check> All { get; } =
    [
        new("privileges-truncate", "truncate and ftruncate by another user take set-ID bits away.", Modifies, Truncate),
        new("privileges-open-truncate", "O_TRUNC by another user: POSIX leaves the bits, Linux takes them away; two mounts must agree.", Modifies, OpenTruncate),
        new("privileges-fallocate", "fallocate by another user takes them away.", Modifies, Allocate),
        new("privileges-copy-range", "copy_file_range into it by another user takes them away.", Modifies, CopyRange),
        new("privileges-root-keeps-bits", "root's writes leave set-ID bits.", Modifies, RootKeeps),
        new("privileges-group-without-execute", "Set-group-id without group execute stays.", Modifies, WithoutExecute),
        new("privileges-capability-write", "A write takes file capabilities away, root's too.", Modifies, c => LosesCapability(c, fd => Sys.PWrite(fd, "y"u8, 0))),
        new("privileges-capability-truncate", "Truncating takes file capabilities away.", Modifies, c => LosesCapability(c, fd => Sys.Truncate(fd, 1))),
        new("privileges-capability-chown", "A new owner takes file capabilities away.", Modifies, c => LosesCapability(c, _ => c.Chown("f", Other, Other))),
    ];

    private static void Bits(CheckContext c, Func<Outcome> change)
    {
        CheckContext.NeedsRoot();
        c.Ready("chmod .", c.Chmod(".", 777));
        c.Put("f", c.Data(5000));
        c.Works("chmod", c.Chmod("f", 6777));
        bool works = false;
        CheckContext.As(Other, Other, () => works = c.MayWork("change", change()));
        if (works) c.Is("mode", "0777", c.Status("f").PermissionText);
    }

    private static Outcome WithFile(CheckContext c, Func<int, Outcome> change)
    {
        var opened = c.Open("f", O_RDWR);
        return opened.Failed ? opened : change((int)opened.Value);
    }

    private static void Truncate(CheckContext c)
    {
        Bits(c, () => c.Truncate("f", 100));
        c.Works("chmod", c.Chmod("f", 6777));
        CheckContext.As(Other, Other, () => c.Works("ftruncate", WithFile(c, fd => Sys.Truncate(fd, 50))));
        c.Is("mode, then", "0777", c.Status("f").PermissionText);
    }

    private static void OpenTruncate(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Ready("chmod .", c.Chmod(".", 777));
        c.Put("f", "x"u8);
        c.Works("chmod", c.Chmod("f", 6777));
        CheckContext.As(Other, Other, () => c.Works("open", c.Open("f", O_RDWR | O_TRUNC)));
        c.Note("mode", c.Status("f").PermissionText);
    }

    private static void Allocate(CheckContext c) => Bits(c, () => WithFile(c, fd => Sys.Allocate(fd, 0, 0, 10_000)));

    private static void CopyRange(CheckContext c)
    {
        c.Put("from", c.Data(3000));
        Bits(c, () => WithFile(c, fd =>
        {
            var source = c.Open("from", O_RDONLY);
            return source.Failed ? source : Sys.CopyRange((int)source.Value, 0, fd, 0, 3000);
        }));
    }

    private static void RootKeeps(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f", "x"u8);
        c.Works("chmod", c.Chmod("f", 6777));
        c.Works("write", WithFile(c, fd => Sys.PWrite(fd, "y"u8, 0)));
        c.Works("truncate", c.Truncate("f", 0));
        c.Is("mode", "6777", c.Status("f").PermissionText);
    }

    private static void WithoutExecute(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Ready("chmod .", c.Chmod(".", 777));
        c.Put("f", "x"u8);
        c.Works("chown", c.Chown("f", 0, Other));
        c.Works("chmod", c.Chmod("f", 6766));
        CheckContext.As(Other, Other, () => c.Works("write", WithFile(c, fd => Sys.PWrite(fd, "y"u8, 0))));
        c.Is("mode", "2766", c.Status("f").PermissionText);
    }

    private static void LosesCapability(CheckContext c, Func<int, Outcome> change)
    {
        CheckContext.NeedsRoot();
        int fd = c.Create("f", c.Data(100));
        // struct vfs_cap_data of revision 2 (capabilities(7)): CAP_NET_RAW is permitted.
        byte[] capability = [0, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        if (!c.MayWork("set the capability", c.SetXAttr("f", "security.capability", capability))) return;
        c.Gives("size of it", 20, c.GetXAttr("f", "security.capability", new byte[64]));
        c.Works("change", change(fd));
        c.Fails("gone", c.GetXAttr("f", "security.capability", new byte[64]), Errno.ENODATA);
    }
}
