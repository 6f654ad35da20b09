namespace Zufs.Plugins;

/// <summary>A file system couldn't be found or loaded. The message is a sentence with the cause and what to try next.</summary>
public sealed class PluginException : IOException
{
    /// <summary>Says what is wrong.</summary>
    /// <param name="message">The cause and the next thing to try.</param>
    /// <param name="inner">What was thrown below; may be null.</param>
    public PluginException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
