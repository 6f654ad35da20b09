using System.Globalization;

namespace Zufs.Interop;

/// <summary>
/// Named places where a test lets the worker die, to show that nothing is lost just there. Nothing happens at them otherwise: a load and a branch.
/// </summary>
/// <remarks>
/// <c>ZUFS_FAULT=PLACE[:COUNT][,PLACE[:COUNT]...]</c> in the environment kills the first worker of a mount with SIGKILL when it comes to the first place for the
/// COUNTth time, its successor at the second, and so on; who comes after them is left alone. Places: <c>request.OP</c>, <c>intent.OP</c>, <c>effect.OP</c>,
/// <c>result.OP</c>, <c>replied.OP</c> with the operation's name (<c>effect.RENAME2</c>), and the steps of the memory file system (<c>memory.noted</c>,
/// <c>memory.uncommitted</c>, <c>memory.committed</c>). Only operations that must not happen twice have an intent and a result; <c>replied</c> is of the channel
/// <c>fuse</c>. What comes a second time since a worker died has steps of its own: <c>again-request.OP</c> and so on.
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

    /// <summary>Arms the place that the environment names for this worker, if it does.</summary>
    /// <param name="deaths">How many workers of this mount have died before this one.</param>
    public static void ArmFromEnvironment(int deaths)
    {
        string[] places = Environment.GetEnvironmentVariable(Variable)?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (deaths >= places.Length)
            return;
        string[] parts = places[deaths].Split(':');
        int left = parts.Length > 1 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 1;
        s_hook = (step, detail) =>
        {
            if (parts[0] == $"{step}.{detail}" && Interlocked.Decrement(ref left) == 0)
                ChildProcess.KillThisProcess();
        };
    }
}
