using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Zufs.CompatTests.Exhaustion;

/// <summary>More open files than most programs ever have.</summary>
internal static class ManyFiles
{
    /// <summary>Ten thousand.</summary>
    public const int Count = 10_000;

    /// <summary>Makes them, has all open at a time, and finds each one's content in it; they stay, closed.</summary>
    public static void OpenTogether(string directory)
    {
        var files = new List<SafeFileHandle>();
        try
        {
            for (int i = 0; i < Count; i++)
            {
                files.Add(File.OpenHandle($"{directory}/f{i}", FileMode.Create, FileAccess.ReadWrite));
                RandomAccess.Write(files[^1], BitConverter.GetBytes(i), 0);
            }
            byte[] room = new byte[sizeof(int)];
            for (int i = 0; i < Count; i += 97)
            {
                RandomAccess.Read(files[i], room, 0);
                Assert.Equal(i, BitConverter.ToInt32(room));
            }
        }
        finally
        {
            files.ForEach(f => f.Dispose());
        }
    }
}
