using Zufs.Arenas;

namespace Zufs.Channels;

/// <summary>What channels do with lent replies that they can't hand on by address.</summary>
internal static unsafe class LentReply
{
    /// <summary>Whether the pieces are as long as the frame says and fit. A length below 0 would make the kernel refuse the reply as a whole.</summary>
    public static bool AddsUp(in RequestFrame frame, int room)
    {
        long sum = 0;
        for (int i = 0; i < frame.LentCount; i++)
        {
            // SAFETY: the caller says how many pieces there are and keeps them until it is told that they were taken.
            int length = frame.Lent[i].Length;
            if (length < 0)
                return false;
            sum += length;
        }
        return sum == frame.Length && sum <= room;
    }

    /// <summary>Copies the pieces one behind the other.</summary>
    /// <returns>How many bytes they are.</returns>
    public static int CopyTo(byte* room, UnmanagedMemory* pieces, int count)
    {
        int length = 0;
        for (int i = 0; i < count; i++)
        {
            // SAFETY: the caller checked that the sum of the pieces fits the room.
            Buffer.MemoryCopy((void*)pieces[i].Address, room + length, pieces[i].Length, pieces[i].Length);
            length += pieces[i].Length;
        }
        return length;
    }
}
