using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Zufs.Protocol;
using Zufs.Tests.Sessions;

namespace Zufs.Tests.Fuzzing;

/// <summary>What fuzzing begins with: a request of every operation that adds up, and the corpus that is kept beside this file.</summary>
internal static class RequestSeeds
{
    /// <summary>One of each row of the operation table.</summary>
    public static IReadOnlyList<byte[]> Valid { get; } = [.. OperationTable.Rows.Where(r => r.Opcode != FuseOpcode.FUSE_INIT).Select(Make)];

    /// <summary>The requests of <c>corpus.txt</c>: a name and the bytes in hexadecimal a line.</summary>
    public static IReadOnlyList<(string Name, byte[] Request)> Corpus { get; } = ReadCorpus();

    private static byte[] Make(Operation row)
    {
        byte[] fixedPart = new byte[row.FixedSize];
        byte[] tail = row.Tail switch
        {
            RequestTail.Name => "name\0"u8.ToArray(),
            RequestTail.TwoNames => "name\0other\0"u8.ToArray(),
            RequestTail.NameAndData => "user.name\0data"u8.ToArray(),
            RequestTail.Data => "some data"u8.ToArray(),
            RequestTail.Array => new byte[16],
            _ => [],
        };
        switch (row.Opcode)
        {
            case FuseOpcode.FUSE_WRITE:
                Put(fixedPart, new FuseWriteIn { Fh = 1, Size = (uint)tail.Length });
                break;
            case FuseOpcode.FUSE_READ or FuseOpcode.FUSE_READDIR or FuseOpcode.FUSE_READDIRPLUS:
                Put(fixedPart, new FuseReadIn { Fh = 1, Size = 4096 });
                break;
            case FuseOpcode.FUSE_SETXATTR:
                Put(fixedPart, new FuseSetxattrIn { Size = 4 });
                break;
            case FuseOpcode.FUSE_GETXATTR or FuseOpcode.FUSE_LISTXATTR:
                Put(fixedPart, new FuseGetxattrIn { Size = 256 });
                break;
            case FuseOpcode.FUSE_LINK:
                Put(fixedPart, new FuseLinkIn { OldNodeId = 2 });
                break;
            case FuseOpcode.FUSE_RENAME or FuseOpcode.FUSE_RENAME2:
                fixedPart[0] = 1;
                break;
            case FuseOpcode.FUSE_IOCTL:
                Put(fixedPart, new FuseIoctlIn { Fh = 1, Cmd = 0x5401, OutSize = 16 });
                break;
            case FuseOpcode.FUSE_INTERRUPT:
                Put(fixedPart, new FuseInterruptIn { Unique = 4 });
                break;
            case FuseOpcode.FUSE_NOTIFY_REPLY:
                Put(fixedPart, new FuseNotifyRetrieveIn { Size = (uint)tail.Length });
                break;
            case FuseOpcode.FUSE_BATCH_FORGET or FuseOpcode.FUSE_REMOVEMAPPING:
                fixedPart[0] = 1;
                tail[0] = 9;
                tail[8] = 1;
                break;
            case FuseOpcode.FUSE_FORGET:
                fixedPart[0] = 1;
                break;
            case FuseOpcode.FUSE_LSEEK:
                Put(fixedPart, new FuseLseekIn { Fh = 1, Whence = 3 });
                break;
            case FuseOpcode.FUSE_COPY_FILE_RANGE or FuseOpcode.FUSE_COPY_FILE_RANGE_64:
                Put(fixedPart, new FuseCopyFileRangeIn { FhIn = 1, FhOut = 1, NodeidOut = 2, Len = 100, OffOut = 5000 });
                break;
            case FuseOpcode.FUSE_SETATTR:
                Put(fixedPart, new FuseSetattrIn { Valid = 0x3F, Mode = 0x1A4, Size = 100 });
                break;
            case FuseOpcode.FUSE_FALLOCATE:
                Put(fixedPart, new FuseFallocateIn { Fh = 1, Length = 10_000 });
                break;
            case FuseOpcode.FUSE_GETLK or FuseOpcode.FUSE_SETLK or FuseOpcode.FUSE_SETLKW:
                Put(fixedPart, new FuseLkIn { Fh = 1, Owner = 3, Lock = new FuseFileLock { End = 10, Type = 1 } });
                break;
            case FuseOpcode.FUSE_MKNOD:
                Put(fixedPart, new FuseMknodIn { Mode = 0x81A4 });
                break;
            case FuseOpcode.FUSE_RELEASE or FuseOpcode.FUSE_RELEASEDIR or FuseOpcode.FUSE_FLUSH or FuseOpcode.FUSE_FSYNC or FuseOpcode.FUSE_FSYNCDIR:
                fixedPart[0] = 1;
                break;
            default:
                break;
        }
        bool isOfRoot = row.Tail is RequestTail.Name or RequestTail.TwoNames || row.Opcode is FuseOpcode.FUSE_OPENDIR or FuseOpcode.FUSE_READDIR;
        return Wire.Request(row.Opcode, isOfRoot ? 1UL : 2, [.. fixedPart, .. tail]);
    }

    private static void Put<T>(byte[] into, T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value))[..Math.Min(into.Length, Unsafe.SizeOf<T>())].CopyTo(into);

    private static List<(string, byte[])> ReadCorpus()
    {
        using Stream stream = typeof(RequestSeeds).Assembly.GetManifestResourceStream("corpus.txt")!;
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' '))
            .Select(part => (part[0], Convert.FromHexString(part[1])))];
    }
}
