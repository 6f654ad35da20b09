using System.Reflection;
using Tmds.Fuse;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;
using Zufs.Plugins;

namespace Zufs.Migrate.Plugins;

/// <summary>Makes the file system of a .NET assembly.</summary>
internal static class PluginLoader
{
    private const string Contracts = "Zufs.FileSystems.IFileSystem or Tmds.Fuse.IFuseFileSystem";

    /// <summary>Loads the assembly and constructs its file system.</summary>
    /// <param name="source">An assembly.</param>
    /// <param name="options">The mount's options that are the file system's: those of paths, for one that works by path.</param>
    /// <exception cref="PluginException">It is no .NET assembly, holds none or several, or the constructor threw; or it takes no options.</exception>
    public static IFileSystem Load(FileSystemSource source, string options)
    {
        Type type = Choose(source, TypesOf(source.AssemblyPath!));
        if (options.Length > 0 && typeof(IFileSystem).IsAssignableFrom(type))
            throw new PluginException($"{type.FullName} takes no option “{options}”: that is for file systems that work by path.");
        object instance = Construct(type, source.Arguments);
        return instance as IFileSystem ?? new PathFileSystem(new TmdsFileSystem((IFuseFileSystem)instance), PathOptions.Parse(options));
    }

    /// <summary>The one type that is meant.</summary>
    /// <exception cref="PluginException">There is none, or there are several.</exception>
    internal static Type Choose(FileSystemSource source, IReadOnlyList<Type> types)
    {
        List<Type> all = [.. types.Where(IsFileSystem)];
        List<Type> usable = [.. all.Where(t => Obstacle(t) is null)];
        if (source.TypeName is { } name)
            return ChooseNamed(source, name, all, usable);
        return usable.Count switch
        {
            1 => usable[0],
            0 => throw new PluginException($"{source.AssemblyPath} holds no file system: no public class that implements {Contracts} "
                + $"and has a constructor without parameters or with a string[].{NearMisses(all)}"),
            _ => throw new PluginException($"{source.AssemblyPath} holds several file systems. Name the one: "
                + string.Join(", ", usable.Select(t => $"{source.AssemblyPath}#{NameIn(t, usable)}"))),
        };
    }

    private static Type ChooseNamed(FileSystemSource source, string name, List<Type> all, List<Type> usable)
    {
        List<Type> named = [.. all.Where(t => t.FullName == name)];
        if (named.Count == 0)
            named = [.. all.Where(t => t.Name == name)];
        if (named.Count > 1)
            throw new PluginException($"“{name}” is the name of several types. Write the full one: {string.Join(", ", named.Select(t => t.FullName))}");
        if (named.Count == 0)
        {
            string there = usable.Count == 0 ? $"It holds none.{NearMisses(all)}" : $"It holds: {string.Join(", ", usable.Select(t => NameIn(t, usable)))}.";
            throw new PluginException($"{source.AssemblyPath} holds no file system “{name}”. {there}");
        }
        return Obstacle(named[0]) is { } obstacle ? throw new PluginException($"The file system {named[0].FullName} can't be used: {obstacle}.") : named[0];
    }

    private static IReadOnlyList<Type> TypesOf(string path)
    {
        try
        {
            return new PluginLoadContext(path).LoadFromAssemblyPath(path).GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            // A type whose dependency is missing may be one that nobody needs.
            List<Type> loaded = [.. e.Types.OfType<Type>()];
            if (loaded.Any(IsFileSystem))
                return loaded;
            throw new PluginException($"The types of {path} can't be loaded: {e.LoaderExceptions.FirstOrDefault(x => x is not null)?.Message} "
                + "Publish it with its dependencies: dotnet publish", e);
        }
        catch (BadImageFormatException e)
        {
            throw new PluginException($"{path} is no .NET assembly. Name the .dll that “dotnet build” makes, not the program beside it.", e);
        }
        catch (FileLoadException e)
        {
            throw new PluginException($"{path} can't be loaded: {e.Message}", e);
        }
    }

    private static object Construct(Type type, IReadOnlyList<string> arguments)
    {
        bool takesArguments = type.GetConstructor([typeof(string[])]) is not null;
        bool takesNothing = type.GetConstructor(Type.EmptyTypes) is not null;
        if (arguments.Count > 0 && !takesArguments)
            throw new PluginException($"{type.FullName} takes no arguments. Leave out what stands behind “--”.");
        try
        {
            object? instance = arguments.Count > 0 || !takesNothing
                ? Activator.CreateInstance(type, [arguments.ToArray()])
                : Activator.CreateInstance(type);
            return instance!;
        }
        catch (TargetInvocationException e) when (e.InnerException is { } inner)
        {
            throw new PluginException($"The constructor of {type.FullName} threw {inner.GetType().Name}: {inner.Message}", inner);
        }
    }

    private static bool IsFileSystem(Type type) =>
        type.IsClass && (typeof(IFileSystem).IsAssignableFrom(type) || typeof(IFuseFileSystem).IsAssignableFrom(type));

    // Why a type that is a file system can't be made; null when it can.
    private static string? Obstacle(Type type)
    {
        if (type.IsAbstract)
            return "it is abstract";
        if (type.ContainsGenericParameters)
            return "it is generic";
        if (!type.IsVisible)
            return "it isn't public";
        return type.GetConstructor(Type.EmptyTypes) is null && type.GetConstructor([typeof(string[])]) is null
            ? "it has no public constructor without parameters or with a string[]"
            : null;
    }

    private static string NearMisses(List<Type> all) =>
        all.Count == 0 ? "" : " Nearly: " + string.Join("; ", all.Select(t => $"{t.FullName} ({Obstacle(t)})")) + ".";

    private static string NameIn(Type type, List<Type> among) => among.Count(t => t.Name == type.Name) > 1 ? type.FullName! : type.Name;
}
