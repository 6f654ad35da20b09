using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Zufs.CompatTests.Conformance;
using Zufs.CompatTests.Supervision;

namespace Zufs.CompatTests.Properties;

/// <summary>
/// Random commands on real mounts against a model of what a file system is, by one client and by two at the same time. tmpfs is the control. A
/// failure is shrunk to a short list and printed with the way to run it again.
/// </summary>
public sealed class TreeProperties(TreeProperties.Mounts mounts) : IClassFixture<TreeProperties.Mounts>
{
    public static TheoryData<string> Subjects => ["tmpfs", "memory fuse", "memory uring"];

    [Theory]
    [MemberData(nameof(Subjects))]
    public void One_client_gets_what_the_model_gives(string subject) =>
        Prop.ForAll(CommandList.OfOne, list => Holds(subject, list, static (l, top) => l.RunAlone(top)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(120).WithEndSize(60));

    [Theory]
    [MemberData(nameof(Subjects))]
    public void Two_clients_get_what_some_order_of_their_commands_gives(string subject) =>
        Prop.ForAll(CommandList.OfTwo, list => Holds(subject, list, static (l, top) => l.RunTogether(top)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(20));

    /// <summary>Runs <c>ZUFS_COMMANDS</c> when it is set, so that a list that was printed can be looked at; else a list that says how it is written.</summary>
    [Theory]
    [MemberData(nameof(Subjects))]
    public void A_printed_list_can_be_run_again(string subject)
    {
        CommandList list = CommandList.Parse(Environment.GetEnvironmentVariable("ZUFS_COMMANDS") ?? "0:mkdir,a,a,0; 0:create,a/b,a,0; 1:rename,a/b,b,0; 1:truncate,b,a,5000");
        Assert.Equal(list.ToString(), CommandList.Parse(list.ToString()).ToString());
        for (int i = 0; i < 100 && list.Commands.Any(c => c.Client == 1); i++)
            Holds(subject, list, static (l, top) => l.RunTogether(top));
        if (list.Commands.All(c => c.Client == 0))
            Holds(subject, list, static (l, top) => l.RunAlone(top));
    }

    private void Holds(string subject, CommandList list, Func<CommandList, string, string?> run)
    {
        DirectoryInfo top = Directory.CreateDirectory(Path.Combine(mounts.Get(subject), Guid.NewGuid().ToString("N")));
        string? wrong = run(list, top.FullName);
        top.Delete(recursive: true);
        if (wrong is not null)
            throw new InvalidDataException($"On {subject}: {wrong}\nAgain: ZUFS_COMMANDS='{list}' dotnet test compat-tests/Zufs.CompatTests --filter A_printed_list");
    }

    /// <summary>A tmpfs and a mount a channel, made when first asked for.</summary>
    public sealed class Mounts : IDisposable
    {
        private readonly MountFixture _fixture = new();
        private readonly TemporaryFileSystem _tmpfs = new();
        private readonly Dictionary<string, string> _mountPoints = [];

        internal string Get(string subject)
        {
            if (subject == "tmpfs")
                return _tmpfs.MountPoint;
            if (!_mountPoints.TryGetValue(subject, out string? mountPoint))
                _mountPoints[subject] = mountPoint = _fixture.Mount("memory", subject.Split(' ')[1]).MountPoint;
            return mountPoint;
        }

        public void Dispose()
        {
            _tmpfs.Dispose();
            _fixture.Dispose();
        }
    }
}
