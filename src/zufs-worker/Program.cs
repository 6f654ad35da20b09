using Zufs.FileSystems.Memory;
using Zufs.Plugins;
using Zufs.Supervision;

// Only what is compiled in: a .NET assembly is served by “zufs-migrate serve”.
return WorkerHost.Run(static source => source.Name switch
{
    "memory" when source.IsBuiltIn => Memory(source.Options),
    _ => throw new PluginException($"zufs-worker serves built-in file systems only, not “{source.Text}”."),
});

static MemoryFileSystem Memory(string options)
{
    try
    {
        return new MemoryFileSystem(MemoryOptions.Parse(options));
    }
    catch (FormatException e)
    {
        throw new PluginException(e.Message, e);
    }
}
