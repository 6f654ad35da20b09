namespace Zufs.Migrate;

/// <summary>What the program's exit codes mean. A finding and trouble are different things, as with diff(1).</summary>
internal static class ExitCode
{
    /// <summary>Done, or no difference found.</summary>
    public const int Success = 0;

    /// <summary>Done, and something was found that a person should look at.</summary>
    public const int Finding = 1;

    /// <summary>A usage error, or it could not be done.</summary>
    public const int Trouble = 2;
}
