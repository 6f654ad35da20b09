namespace Zufs.Supervision;

/// <summary>How a mount ended.</summary>
/// <param name="ExitCode">The supervisor's exit code: 0 unmounted, else a failure; -1 when a signal ended it.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record MountEnd(int ExitCode, string Reason)
{
    /// <summary>Whether it was unmounted, and didn't fail.</summary>
    public bool IsClean => ExitCode == 0;
}
