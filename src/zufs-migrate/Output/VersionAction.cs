using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using Zufs.Channels;
using Zufs.Protocol;

namespace Zufs.Migrate.Output;

/// <summary><c>--version</c>: the program's version, and what it speaks here.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    /// <summary>The program's version, without the build's metadata.</summary>
    public static string ProgramVersion =>
        typeof(VersionAction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine($"zufs-migrate {ProgramVersion}");
        output.WriteLine($"FUSE protocol {FuseConstants.KernelVersion}.{FuseConstants.KernelMinorVersion}");
        output.WriteLine($"channels usable here: {string.Join(", ", ChannelProbes.All().Where(p => p.IsUsable).Select(p => p.Channel).DefaultIfEmpty("none"))}");
        return ExitCode.Success;
    }
}
