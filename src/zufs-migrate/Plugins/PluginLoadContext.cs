using System.Reflection;
using System.Runtime.Loader;

namespace Zufs.Migrate.Plugins;

/// <summary>
/// What a plug-in's code resolves against: Zufs.* and Tmds.* are this program's, whatever lies beside the plug-in, so that both speak of the
/// same types; everything else is the plug-in's own, by its deps.json or its folder.
/// </summary>
internal sealed class PluginLoadContext(string assembly) : AssemblyLoadContext(Path.GetFileName(assembly))
{
    private readonly string _folder = Path.GetDirectoryName(assembly)!;
    private readonly AssemblyDependencyResolver? _resolver = CreateResolver(assembly);

    /// <summary>Whether an assembly is one that host and plug-in share.</summary>
    /// <param name="name">Its simple name.</param>
    public static bool IsShared(string? name) =>
        name is "Tmds.Fuse" or "Tmds.LibC" or "Zufs" || (name?.StartsWith("Zufs.", StringComparison.Ordinal) ?? false);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // By name alone: a plug-in built against another version gets ours all the same.
        if (IsShared(assemblyName.Name))
            return Default.LoadFromAssemblyName(new AssemblyName(assemblyName.Name!));
        string? path = _resolver?.ResolveAssemblyToPath(assemblyName);
        if (path is null && _resolver is null)
            path = Existing($"{assemblyName.Name}.dll");
        return path is null ? null : LoadFromAssemblyPath(path);
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        string? path = _resolver?.ResolveUnmanagedDllToPath(unmanagedDllName) ?? Existing(unmanagedDllName) ?? Existing($"lib{unmanagedDllName}.so");
        return path is null ? 0 : LoadUnmanagedDllFromPath(path);
    }

    private static AssemblyDependencyResolver? CreateResolver(string assembly)
    {
        try
        {
            return new AssemblyDependencyResolver(assembly);
        }
        catch (InvalidOperationException)
        {
            // A damaged deps.json, or a host without hostpolicy: the folder is what is left.
            return null;
        }
    }

    private string? Existing(string file) => File.Exists(Path.Combine(_folder, file)) ? Path.Combine(_folder, file) : null;
}
