namespace Tmds.Fuse;

/// <summary>How a file system is mounted.</summary>
public class MountOptions
{
    /// <summary>Whether operations come one after the other even when the file system bears more.</summary>
    public bool SingleThread { get; set; } = false;

    /// <summary>A comma-separated list as for <c>-o</c> of mount(8), for example <c>default_permissions,allow_other</c>; null: none.</summary>
    public string? Options { get; set; }
}
