using System.Globalization;

namespace Zufs.Interop;

/// <summary>
/// Named places where a test lets the worker die, to show that nothing is lost just there. Nothing happens at them otherwise: a load and a branch.
/// </summary>
/// <remarks>
/// <c>ZUFS_FAULT=NAME[:COUNT]</c> in the environment kills the first worker of a mount with SIGKILL when it comes to that place for the COUNTth time.
/// Its successors are left alone. Names: <c>request.OP</c>, <c>intent.OP</c>, <c>effect.OP</c>, <c>result.OP</c> with the operation's name (<c>effect.RENAME2</c>),
/// and the steps of the memory file system (<c>memory.unlinked</c>).
/// </remarks>
internal static class FaultPoint
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "ZUFS_FAULT";

    private static Action<string, string>? s_hook;

    /// <summary>What happens at a place; null: nothing. For tests.</summary>
    public static Action<string, string>? Hook
    {
        get => s_hook;
        set => s_hook = value;
    }

    /// <summary>The program has come to a place.</summary>
    /// <param name="step">Its name's first part.</param>
    /// <param name="detail">Its name's second part.</param>
    public static void Reach(string step, string detail) => s_hook?.Invoke(step, detail);

    /// <summary>Arms the place that the environment names, if it does.</summary>
    public static void ArmFromEnvironment()
    {
        string? value = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(value))
            return;
        string[] parts = value.Split(':');
        int left = parts.Length > 1 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 1;
        s_hook = (step, detail) =>
        {
            if (parts[0] == $"{step}.{detail}" && Interlocked.Decrement(ref left) == 0)
                ChildProcess.KillThisProcess();
        };
    }
}
