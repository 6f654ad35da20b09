using System.Runtime.InteropServices;

namespace Zufs.Interop;

/// <summary>The calls into libc, one partial file a topic. Raw calls end in nothing; wrappers that check throw <see cref="LibCException"/>.</summary>
internal static partial class LibC
{
    private const string Library = "libc";

    /// <summary>The errno of this thread's last call that sets it.</summary>
    public static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>Throws for a call that said -1. <paramref name="what"/> names the call and what it was for.</summary>
    /// <exception cref="LibCException">Always.</exception>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public static void ThrowLastError(string what) => throw new LibCException(what, LastError);
}
