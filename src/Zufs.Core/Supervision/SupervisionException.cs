namespace Zufs.Supervision;

/// <summary>A mount couldn't be started, or has no supervisor that answers. The message is a sentence with the cause and what to try next.</summary>
public sealed class SupervisionException : IOException
{
    /// <summary>Says what is wrong.</summary>
    /// <param name="message">The cause and the next thing to try.</param>
    public SupervisionException(string message)
        : base(message)
    {
    }
}
