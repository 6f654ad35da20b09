using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <content>Reading what stands behind the fixed part, and refusing what doesn't add up.</content>
internal sealed partial class ServerScope
{
    /// <summary>A reader over the names and data of the request.</summary>
    public RequestReader Tail => new(Frame.RestBytes[..TailLength]);

    /// <summary>Reads a name of a directory entry.</summary>
    public Errno ReadName(scoped ref RequestReader reader, out ReadOnlySpan<byte> name)
    {
        if (!reader.TryReadString(out name))
            return Malformed("its name is empty or has no end");
        if (name.Length > FuseConstants.NameMax)
            return Errno.ENAMETOOLONG;
        return WireName.IsEntry(name) ? Errno.Success : Malformed("its name is no entry's");
    }

    /// <summary>Reads the one name that is the whole tail.</summary>
    public Errno ReadOnlyName(out ReadOnlySpan<byte> name)
    {
        RequestReader reader = Tail;
        Errno error = ReadName(ref reader, out name);
        return error != Errno.Success ? error : ReadEnd(ref reader);
    }

    /// <summary>Checks that nothing is left over.</summary>
    public Errno ReadEnd(scoped ref RequestReader reader) =>
        reader.IsAtEnd ? Errno.Success : Malformed("it is longer than what it says");

    /// <summary>Counts and logs a request that doesn't add up.</summary>
    /// <returns>EINVAL, to be answered.</returns>
    public Errno Malformed(string why)
    {
        Counters.Malformed++;
        Log.Write($"A malformed {NameOf(Row, Frame.Head.Opcode)} request was refused: {why}.");
        return Errno.EINVAL;
    }

    /// <summary>Counts and logs an answer of the file system that makes no sense.</summary>
    /// <returns>EIO, to be answered instead.</returns>
    public Errno Broken(string why)
    {
        Counters.BrokenReplies++;
        Log.Write($"The file system's answer to {NameOf(Row, Frame.Head.Opcode)} was replaced by EIO: {why}.");
        return Errno.EIO;
    }

    /// <summary>What people call an operation.</summary>
    public static string NameOf(Operation? row, uint opcode) => row?.Name ?? $"opcode {opcode}";

    private bool ReadExtensions()
    {
        int length = Frame.Head.TotalExtlen * 8;
        if (length > Frame.RestLength)
            return false;
        TailLength = Frame.RestLength - length;
        return RequestExtensions.TryReadGroups(Frame.RestBytes[TailLength..], _groups, out _groupCount);
    }
}
