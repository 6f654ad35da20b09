using System.Text.Json;
using Xunit;
using Zufs.Channels;
using Zufs.Migrate.Doctor;
using Zufs.Migrate.Output;
using Zufs.Migrate;

namespace Zufs.Tests.Migrate;

public sealed class DoctorTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("zufs-doctor").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string path, string text)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private MachineCheck Check(string name) => new MachineInspector(_root).Inspect().Single(c => c.Name == name);

    private static ChannelProbe Probe(string channel, bool usable) => new(channel, usable, "Because.", usable ? null : "do something");

    [Fact]
    public void A_channel_better_than_fuse_is_success()
    {
        var report = MachineReport.Create([Probe("zufs", false), Probe("uring", true), Probe("fuse", true)], [], mayMountByProgram: false);
        Assert.Equal("uring", report.Channel);
        Assert.Equal(0, report.ToExitCode());
    }

    [Fact]
    public void Only_fuse_is_a_finding()
    {
        var report = MachineReport.Create([Probe("zufs", false), Probe("uring", false), Probe("fuse", true)], [], mayMountByProgram: false);
        Assert.Equal("fuse", report.Channel);
        Assert.Equal(1, report.ToExitCode());
    }

    [Fact]
    public void No_channel_is_trouble()
    {
        var report = MachineReport.Create([Probe("uring", false), Probe("fuse", false)], [], mayMountByProgram: false);
        Assert.Null(report.Channel);
        Assert.Equal(2, report.ToExitCode());
    }

    [Fact]
    public void Without_a_connection_no_channel_is_usable()
    {
        var report = MachineReport.Create([Probe("uring", true), Probe("fuse", false)], [], mayMountByProgram: false);
        Assert.Null(report.Channel);
        Assert.All(report.Channels, c => Assert.Equal("do something", c.Remedy));
    }

    [Fact]
    public void A_user_who_may_not_open_the_device_mounts_by_fusermount3()
    {
        var report = MachineReport.Create([Probe("uring", true), Probe("fuse", false)], [], mayMountByProgram: true);
        Assert.Equal("uring", report.Channel);
        Assert.True(report.Channels.Single(c => c.Channel == "fuse").Usable);
    }

    [Fact]
    public void An_empty_machine_has_a_reason_for_each_check_and_no_exception()
    {
        var checks = new MachineInspector(_root).Inspect();
        Assert.All(checks, c => Assert.EndsWith(".", c.Reason));
        Assert.All(checks.Where(c => c.Name is "fusermount3" or "allow_other" or "fusectl"), c => Assert.False(c.Available));
    }

    [Theory]
    [InlineData("6.8.12-generic", "000001ffffffffff", false, "6.9")]
    [InlineData("6.18.44", "0000000000000000", false, "CAP_SYS_ADMIN")]
    [InlineData("6.18.44", "0000000000200000", true, "CAP_SYS_ADMIN")]
    [InlineData("7.0", "000001ffffffffff", true, "backing files")]
    public void Passthrough_needs_a_kernel_and_a_capability(string release, string capabilities, bool available, string reason)
    {
        Write("proc/sys/kernel/osrelease", release + "\n");
        Write("proc/self/status", $"Name:\tx\nCapEff:\t{capabilities}\n");
        var check = Check("passthrough");
        Assert.Equal(available, check.Available);
        Assert.Contains(reason, check.Reason);
    }

    [Theory]
    [InlineData("32", false)]
    [InlineData("256", true)]
    [InlineData("65535", true)]
    public void Requests_below_a_mebibyte_are_named_with_the_command_that_raises_them(string pages, bool available)
    {
        Write("proc/sys/fs/fuse/max_pages_limit", pages + "\n");
        var check = Check("io-limit");
        Assert.Equal(available, check.Available);
        Assert.Contains($"at most {pages} pages", check.Reason);
        Assert.Equal(available, check.Remedy is null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fusermount3_must_be_setuid(bool setuid)
    {
        Write("usr/bin/fusermount3", "");
        var mode = UnixFileMode.UserRead | UnixFileMode.UserExecute;
        File.SetUnixFileMode(Path.Combine(_root, "usr/bin/fusermount3"), setuid ? mode | UnixFileMode.SetUser : mode);
        Assert.Equal(setuid, Check("fusermount3").Available);
    }

    [Theory]
    [InlineData("#user_allow_other\n", false)]
    [InlineData("mount_max = 10\nuser_allow_other\n", true)]
    public void A_comment_does_not_allow_others(string configuration, bool allowed)
    {
        Write("etc/fuse.conf", configuration);
        Assert.Equal(allowed, Check("allow_other").Available);
    }

    [Fact]
    public void A_mounted_fusectl_is_found()
    {
        Write("proc/self/mountinfo", "36 25 0:32 / /sys/fs/fuse/connections rw,relatime shared:18 - fusectl fusectl rw\n");
        Assert.True(Check("fusectl").Available);
    }

    [Fact]
    public void The_json_has_a_schema_version_and_names_in_snake_case()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = CommandShell.Run(CommandTree.Create(), ["doctor", "--json"], output, error);
        using var document = JsonDocument.Parse(output.ToString());
        Assert.Equal(MachineReport.CurrentSchema, document.RootElement.GetProperty("schema_version").GetInt32());
        var channels = document.RootElement.GetProperty("channels").EnumerateArray().Select(c => c.GetProperty("channel").GetString()).ToList();
        Assert.Contains("fuse", channels);
        Assert.Contains("uring", channels);
        var best = document.RootElement.GetProperty("channel").GetString();
        Assert.Equal(best is null ? 2 : best == "fuse" ? 1 : 0, code);
        Assert.Empty(error.ToString());
    }

    [Theory]
    [InlineData("1", "xterm", false)]
    [InlineData("", "xterm", true)]
    [InlineData(null, "dumb", false)]
    [InlineData(null, null, true)]
    public void Colour_follows_no_color_and_term(string? noColor, string? term, bool wanted) =>
        Assert.Equal(wanted, CommandOutput.WantsColour(name => name == "NO_COLOR" ? noColor : name == "TERM" ? term : null));
}
