using Tmds.Fuse;
using Xunit;
using Zufs.FileSystems;
using Zufs.Migrate.Plugins;
using Zufs.Plugins;

namespace Zufs.Tests.Plugins;

public class PluginLoaderTests
{
    private static readonly string s_here = typeof(PluginLoaderTests).Assembly.Location;

    [Fact]
    public void The_one_file_system_is_found() =>
        Assert.Equal(typeof(PluginSamples.Tmds), Choose(null, typeof(PluginSamples.Tmds), typeof(string), typeof(IFuseFileSystem)));

    [Fact]
    public void Several_are_listed_with_what_to_write()
    {
        string message = Refused(null, typeof(PluginSamples.Tmds), typeof(PluginSamples.Throws));
        Assert.Contains(s_here + "#Tmds", message);
        Assert.Contains(s_here + "#Throws", message);
    }

    [Fact]
    public void Near_misses_say_what_is_missing()
    {
        string message = Refused(null, typeof(PluginSamples.Abstract), typeof(PluginSamples.NeedsMore), typeof(PluginSamples.Generic<>), typeof(Hidden));
        Assert.Contains("Abstract (it is abstract)", message);
        Assert.Contains("string[]", message);
        Assert.Contains("(it is generic)", message);
        Assert.Contains("(it isn't public)", message);
    }

    [Fact]
    public void A_type_is_named_by_its_simple_or_its_full_name()
    {
        Type[] types = [typeof(PluginSamples.Tmds), typeof(PluginSamples.Throws)];
        Assert.Equal(types[1], Choose("Throws", types));
        Assert.Equal(types[0], Choose(types[0].FullName, types));
    }

    [Fact]
    public void An_unknown_name_gets_the_list() => Assert.Contains("It holds: Tmds", Refused("Nothing", typeof(PluginSamples.Tmds)));

    [Fact]
    public void A_named_near_miss_says_what_is_missing() =>
        Assert.Contains("abstract", Refused("Abstract", typeof(PluginSamples.Tmds), typeof(PluginSamples.Abstract)));

    [Fact]
    public void What_is_no_assembly_is_refused()
    {
        string text = Path.GetTempFileName();
        try
        {
            File.WriteAllText(text, "no assembly");
            Assert.Contains("no .NET assembly", Assert.Throws<PluginException>(() => PluginLoader.Load(FileSystemSource.Parse(text), "")).Message);
        }
        finally
        {
            File.Delete(text);
        }
    }

    [Fact]
    public void An_assembly_without_a_file_system_is_refused() =>
        Assert.Contains("holds no file system", Assert.Throws<PluginException>(() => PluginLoader.Load(FileSystemSource.Parse(typeof(Xunit.Assert).Assembly.Location), "")).Message);

    [Fact]
    public void A_file_system_of_another_load_context_has_the_hosts_types()
    {
        using IFileSystem fileSystem = PluginLoader.Load(FileSystemSource.Parse($"{s_here}#{typeof(PluginSamples.Tmds).FullName}"), "");
        Assert.NotNull(fileSystem.Traits.Name);
    }

    [Fact]
    public void Arguments_reach_the_constructor()
    {
        using IFileSystem fileSystem = PluginLoader.Load(FileSystemSource.Parse($"{s_here}#{typeof(PluginSamples.TakesArguments).FullName}", ["one", "two"]), "");
        Assert.Equal("one-two", fileSystem.Traits.Name);
    }

    [Fact]
    public void Arguments_that_nobody_takes_are_refused() =>
        Assert.Contains("takes no arguments", Load(typeof(PluginSamples.Tmds), "x"));

    [Fact]
    public void Options_of_paths_are_for_file_systems_of_paths()
    {
        using IFileSystem fileSystem = PluginLoader.Load(FileSystemSource.Parse($"{s_here}#{typeof(PluginSamples.Tmds).FullName}"), "auto_cache");
        Assert.True(fileSystem.Traits.Features.HasFlag(FileSystemFeatures.AutoInvalidateData));
        string refused = Assert.Throws<PluginException>(() => PluginLoader.Load(
            FileSystemSource.Parse($"{s_here}#{typeof(PluginSamples.TakesArguments).FullName}", ["one"]), "kernel_cache")).Message;
        Assert.Contains("takes no option “kernel_cache”", refused);
    }

    [Fact]
    public void What_the_constructor_threw_is_told() => Assert.Contains("InvalidOperationException: no store", Load(typeof(PluginSamples.Throws)));

    private static string Load(Type type, params string[] arguments) =>
        Assert.Throws<PluginException>(() => PluginLoader.Load(FileSystemSource.Parse($"{s_here}#{type.FullName}", arguments), "")).Message;

    private static Type Choose(string? name, params Type[] types) =>
        PluginLoader.Choose(FileSystemSource.Parse(name is null ? s_here : $"{s_here}#{name}"), types);

    private static string Refused(string? name, params Type[] types) => Assert.Throws<PluginException>(() => Choose(name, types)).Message;

    private sealed class Hidden : FuseFileSystemBase;
}

/// <summary>What a plug-in may hold. Loaded again in a context of its own, so it shares no state with the tests.</summary>
public static class PluginSamples
{
    public sealed class Tmds : FuseFileSystemBase;

    public sealed class Throws : FuseFileSystemBase
    {
        public Throws() => throw new InvalidOperationException("no store");
    }

    public sealed class TakesArguments(string[] arguments) : FileSystemBase
    {
        public override FileSystemTraits Traits { get; } = new() { Name = string.Join('-', arguments) };
    }

    public abstract class Abstract : FuseFileSystemBase;

    public sealed class Generic<T> : FuseFileSystemBase;

    public sealed class NeedsMore(int number) : FuseFileSystemBase
    {
        public int Number => number;
    }
}
