namespace Zufs.Sessions;

/// <summary>A session couldn't be started. The message is a sentence for people.</summary>
public sealed class SessionException : IOException
{
    /// <summary>Says why.</summary>
    /// <param name="message">The cause.</param>
    /// <param name="remedy">The command to try next; null when there is none.</param>
    /// <param name="inner">What was thrown below; may be null.</param>
    public SessionException(string message, string? remedy = null, Exception? inner = null)
        : base(remedy is null ? message : $"{message} Try: {remedy}", inner)
    {
        Remedy = remedy;
    }

    /// <summary>The command to try next; null when there is none.</summary>
    public string? Remedy { get; }
}
