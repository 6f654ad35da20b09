using System.Text;

namespace Zufs.FuseShim.LibFuse;

/// <summary>Sentences for people, by way of the veneer: the console of .NET would change the program's signal dispositions.</summary>
internal static unsafe class EngineLog
{
    /// <summary>Writes a sentence. Any thread.</summary>
    public static void Write(delegate* unmanaged<void*, byte*, void> log, void* program, string sentence)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(sentence.Replace('\0', ' ') + '\0');
        // SAFETY: pinned for the call, and ends in NUL; the veneer copies what it keeps.
        fixed (byte* p = bytes)
            log(program, p);
    }
}
