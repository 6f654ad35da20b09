using Xunit;
using Xunit.Abstractions;
using Zufs.CompatTests.Supervision;
using Zufs.Supervision;

namespace Zufs.CompatTests.Passthrough;

/// <summary>Several users on one mount: whose is what they make, and what they may, whoever checks it.</summary>
public sealed class CallerTests(ITestOutputHelper output) : IDisposable
{
    private const uint Nobody = 65534;

    private readonly MountFixture _fixture = new(output);
    private string _backing = "";

    public static TheoryData<string, string> Modes => new()
    {
        { "fuse", "kernel" },
        { "uring", "kernel" },
        { "fuse", "backing" },
        { "uring", "backing" },
    };

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Modes))]
    public void What_a_caller_makes_is_the_callers(string channel, string permissions)
    {
        string mount = Mount(channel, permissions);
        Shell.Run(mount, "chmod 1777 .; mkdir set-gid; chown 0:100 set-gid; chmod 2775 set-gid");
        Shell.Run(mount, "umask 027; cd set-gid; echo x >file; mkdir dir; mkfifo fifo; ln -s file link; ln file second", Nobody, "100");
        string made = Shell.Run(_backing, "cd set-gid; stat -c '%n %u:%g %a' file dir fifo link second");
        Assert.Equal("file 65534:100 640\ndir 65534:100 2750\nfifo 65534:100 640\nlink 65534:100 777\nsecond 65534:100 640", made);
        Shell.Run(mount, "umask 077; echo x >own; mkdir own-dir", Nobody);
        Assert.Equal("own 65534:65534 600\nown-dir 65534:65534 700", Shell.Run(_backing, "stat -c '%n %u:%g %a' own own-dir"));
        Shell.Run(mount, "umask 022; echo x >roots");
        Assert.Equal("roots 0:0 644", Shell.Run(_backing, "stat -c '%n %u:%g %a' roots"));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_caller_may_what_owner_mode_and_groups_say(string channel, string permissions)
    {
        string mount = Mount(channel, permissions);
        Shell.Run(mount, "echo secret >secret; chmod 600 secret; mkdir closed; echo x >closed/file; chmod 700 closed; mkdir shared; echo x >shared/file; chown -R 0:100 shared; chmod 750 shared; chmod 640 shared/file; cat secret closed/file shared/file; ls closed shared");
        Assert.Contains("Permission denied", Denied(mount, "cat secret"));
        Assert.Contains("Permission denied", Denied(mount, "echo x >>secret"));
        // Root has looked at it just now: what the kernel remembers isn't for everybody.
        Assert.Contains("Permission denied", Denied(mount, "cat closed/file"));
        Assert.Contains("Permission denied", Denied(mount, "stat closed/file"));
        Assert.Contains("Permission denied", Denied(mount, "ls closed"));
        Assert.Contains("Permission denied", Denied(mount, "cd closed"));
        Assert.Contains("Permission denied", Denied(mount, "cat shared/file"));
        Assert.Equal("x\nfile", Shell.Run(mount, "cat shared/file; ls shared", Nobody, "7,100"));
        Assert.Contains("Permission denied", Denied(mount, "echo x >shared/file"));
        Assert.Contains("Permission denied", Denied(mount, "echo x >new"));
        Assert.Contains("not permitted", Denied(mount, "chmod 777 secret"));
        Assert.Contains("not permitted", Denied(mount, "chown 65534 secret"));
        Assert.Contains("Permission denied", Denied(mount, "mv secret shared/"));
        Assert.Contains("Permission denied", Denied(mount, "rm -f secret"));
        Assert.Equal("secret", Shell.Run(mount, "cat secret"));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_program_needs_no_right_to_read_to_be_run(string channel, string permissions)
    {
        string mount = Mount(channel, permissions);
        Shell.Run(mount, "cp /bin/true only-x; chmod 711 only-x; cp /bin/true none; chmod 700 none");
        Shell.Run(mount, "./only-x", Nobody);
        Assert.Contains("Permission denied", Denied(mount, "./none"));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Set_id_bits_go_when_another_writes(string channel, string permissions)
    {
        string mount = Mount(channel, permissions);
        Shell.Run(mount, "for f in write truncate open chown; do echo x >$f; chown 65534:65534 $f; chmod 6777 $f; done");
        Shell.Run(mount, "echo y >>write; truncate -s 0 truncate; : >open", Nobody);
        Shell.Run(mount, "chown 65534:100 chown");
        Assert.Equal("write 777\ntruncate 777\nopen 777\nchown 777", Shell.Run(_backing, "stat -c '%n %a' write truncate open chown"));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Acls_are_kept_inherited_and_obeyed(string channel, string permissions)
    {
        string mount = Mount(channel, permissions);
        Shell.Run(mount, "mkdir d; chmod 700 d; setfacl -m u:65534:rwx,d:u:65534:rwx,d:g::rwx,d:o::- d; umask 077; echo x >d/file; getfacl -cp d/file");
        // With a default ACL the umask doesn't count.
        Assert.Equal("660", Shell.Run(_backing, "stat -c %a d/file"));
        Assert.Equal("x", Shell.Run(mount, "cat d/file; echo y >>d/file", Nobody));
        Shell.Run(mount, "setfacl -m u:65534:--- d/file");
        Assert.Contains("Permission denied", Denied(mount, "cat d/file"));
        Assert.Equal(Shell.Run(_backing, "getfacl -cpn d/file"), Shell.Run(mount, "getfacl -cpn d/file"));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Extended_attributes_of_root_are_not_shown_to_others(string channel, string permissions)
    {
        string mount = Mount(channel, permissions);
        Shell.Run(mount, "echo x >f; chmod 666 f; setfattr -n trusted.t -v 1 f; setfattr -n user.u -v 2 f");
        Assert.Equal("trusted.t=\"1\"\nuser.u=\"2\"", Shell.Run(mount, "getfattr -d -m - f | grep ="));
        Assert.Equal("user.u=\"2\"", Shell.Run(mount, "getfattr -d -m - f | grep =", Nobody));
        Assert.NotEqual(0, Shell.Try(mount, "setfattr -n trusted.t -v 2 f", Nobody).Code);
    }

    [Fact]
    public void Without_allow_other_nobody_else_gets_in()
    {
        string mount = _fixture.Mount($"passthrough:{_fixture.NewDirectory()}").MountPoint;
        Shell.Run(mount, "echo x >f; chmod 777 . f");
        Assert.Contains("Permission denied", Shell.Try("/", $"cat {mount}/f", Nobody).Text);
    }

    private static string Denied(string mount, string script)
    {
        (int code, string text) = Shell.Try(mount, script, Nobody);
        Assert.True(code != 0, $"allowed: {script}\n{text}");
        return text;
    }

    private string Mount(string channel, string permissions)
    {
        _backing = _fixture.NewDirectory();
        Shell.Run("/", $"chmod 755 {_fixture.Root}");
        RunningMount mount = _fixture.Mount($"passthrough:{_backing},permissions={permissions}", channel, "allow_other");
        return mount.MountPoint;
    }
}
