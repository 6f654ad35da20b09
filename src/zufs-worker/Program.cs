using Zufs.FileSystems;
using Zufs.FileSystems.Memory;
using Zufs.FileSystems.Passthrough;
using Zufs.Plugins;
using Zufs.Supervision;

// Only what is compiled in: a .NET assembly is served by “zufs-migrate serve”.
return WorkerHost.Run(static source =>
{
    try
    {
        return (IFileSystem)(source.Name switch
        {
            "memory" when source.IsBuiltIn => new MemoryFileSystem(MemoryOptions.Parse(source.Options)),
            "passthrough" when source.IsBuiltIn => new PassthroughFileSystem(PassthroughOptions.Parse(source.Options)),
            _ => throw new PluginException($"zufs-worker serves built-in file systems only, not “{source.Text}”."),
        });
    }
    catch (Exception e) when (e is FormatException or IOException)
    {
        throw new PluginException(e.Message, e);
    }
});
