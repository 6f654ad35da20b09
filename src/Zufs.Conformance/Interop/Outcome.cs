using System.Runtime.InteropServices;

namespace Zufs.Conformance.Interop;

/// <summary>What a system call came to: its value, or the errno it left.</summary>
/// <param name="Value">The value that was returned; -1 when it failed.</param>
/// <param name="Error"><see cref="Errno.None"/>, or why it failed.</param>
public readonly record struct Outcome(long Value, Errno Error)
{
    /// <summary>Whether the call failed.</summary>
    public bool Failed => Error != Errno.None;

    /// <summary>The value, or the error's name.</summary>
    public override string ToString() => Failed ? Error.ToString() : Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Reads errno at once after a call that returns -1 for failure. Calls that a signal interrupted are the caller's to repeat.</summary>
    internal static Outcome Of(long value) => value == -1 ? new Outcome(-1, (Errno)Marshal.GetLastPInvokeError()) : new Outcome(value, Errno.None);
}
