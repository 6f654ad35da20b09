namespace Zufs.Plugins;

/// <summary>
/// Where a file system comes from, as people write it: a built-in (<c>memory</c>, <c>memory:size=1G</c>, <c>passthrough:DIR</c>) or a .NET assembly
/// (<c>path.dll</c>, <c>path.dll#Type</c>). Parsing loads nothing. Immutable.
/// </summary>
public sealed record FileSystemSource
{
    private static readonly string[] BuiltIns = ["memory", "passthrough"];

    private FileSystemSource(string text) => Text = text;

    /// <summary>The source in a form that means the same in every directory: an assembly's path is absolute.</summary>
    public string Text { get; private init; }

    /// <summary>Whether Zufs brings it along, so that it needs no .NET runtime.</summary>
    public bool IsBuiltIn => AssemblyPath is null;

    /// <summary>The name for the mount table (<c>fuse.NAME</c>): letters, digits, <c>-</c>, <c>_</c>, <c>.</c></summary>
    public required string Name { get; init; }

    /// <summary>A built-in's options: <c>size=1G</c>; empty for none.</summary>
    public string Options { get; init; } = "";

    /// <summary>The assembly's absolute path; null for a built-in.</summary>
    public string? AssemblyPath { get; init; }

    /// <summary>The type in the assembly, by its full or simple name; null: the one that is there.</summary>
    public string? TypeName { get; init; }

    /// <summary>What the constructor gets, when it takes a <c>string[]</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Parses a source.</summary>
    /// <param name="text">The source as people write it.</param>
    /// <param name="arguments">What the constructor gets; null for none.</param>
    /// <exception cref="PluginException">It is neither a built-in nor an assembly that is there.</exception>
    public static FileSystemSource Parse(string text, IReadOnlyList<string>? arguments = null)
    {
        arguments ??= [];
        int colon = text.IndexOf(':');
        string name = colon < 0 ? text : text[..colon];
        if (BuiltIns.Contains(name))
        {
            string options = colon < 0 ? "" : text[(colon + 1)..];
            if (arguments.Count > 0)
                throw new PluginException($"The built-in “{name}” takes no arguments. Write what it takes behind a colon: {Example(name)}");
            if (name == "passthrough")
            {
                if (options.Length == 0)
                    throw new PluginException($"Name the directory that is passed through: {Example(name)}");
                // Whoever serves it may stand in another directory.
                options = options[0] == '/' ? options : Path.Combine(Environment.CurrentDirectory, options);
                text = $"{name}:{options}";
            }
            return new FileSystemSource(text) { Name = name, Options = options };
        }
        return ParseAssembly(text, arguments);
    }

    /// <summary>The text.</summary>
    public override string ToString() => Text;

    private static FileSystemSource ParseAssembly(string text, IReadOnlyList<string> arguments)
    {
        // A path may hold '#' itself: it is the type's mark only when the whole isn't a file.
        int mark = File.Exists(text) ? -1 : text.LastIndexOf('#');
        string path = mark < 0 ? text : text[..mark];
        string? type = mark < 0 ? null : text[(mark + 1)..];
        if (path.Length == 0 || !File.Exists(path))
            throw NotFound(path.Length == 0 ? text : path);
        if (type is { Length: 0 })
            throw new PluginException($"Behind “#” the type's name is missing. Write {path}#TYPE, or {path} when it holds one file system only.");
        path = Path.GetFullPath(path);
        return new FileSystemSource(type is null ? path : $"{path}#{type}")
        {
            Name = NameOf(path),
            AssemblyPath = path,
            TypeName = type,
            Arguments = [.. arguments],
        };
    }

    private static PluginException NotFound(string path)
    {
        string known = string.Join(", ", BuiltIns.Select(b => $"“{b}”"));
        if (Directory.Exists(path))
            return new PluginException($"{path} is a directory. Name the assembly in it: {Path.Combine(path, "NAME.dll")}");
        return path.Contains('/') || path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
            ? new PluginException($"There is no file {path}. Build it first (dotnet build), and name the .dll that the build prints.")
            : new PluginException($"“{path}” is no built-in file system (there is {known}) and no file. Name a .NET assembly: ./{path}.dll");
    }

    private static string Example(string name) => name == "passthrough" ? "passthrough:DIR" : name + ":size=1G";

    private static string NameOf(string path)
    {
        string name = new([.. Path.GetFileNameWithoutExtension(path).Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.').Take(64)]);
        return name.Length == 0 ? "plugin" : name;
    }
}
