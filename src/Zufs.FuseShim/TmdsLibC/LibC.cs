using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

// Every signature here is blittable, so a call costs no marshalling stub and is the same under the JIT and ahead of time.
[assembly: DisableRuntimeMarshalling]

namespace Tmds.Linux;

/// <summary>
/// Constants and functions of libc on x86-64 Linux, as far as Tmds.Fuse file systems use them. The caller answers for every pointer.
/// </summary>
public static partial class LibC
{
    private const string Library = "libc.so.6";

    /// <summary>The error number of this thread's last call into native code that sets one.</summary>
    public static int errno => Marshal.GetLastPInvokeError();
}
