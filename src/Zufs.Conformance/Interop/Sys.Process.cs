namespace Zufs.Conformance.Interop;

/// <content>The calling thread, and sockets.</content>
internal static unsafe partial class Sys
{
    public static bool IsRoot => LibC.geteuid() == 0;

    public static uint User => LibC.geteuid();

    public static uint Group => LibC.getegid();

    /// <summary>Gives the calling thread its own umask and working directory (unshare(CLONE_FS)), and sets the umask.</summary>
    public static Outcome OwnMask(uint mask)
    {
        var outcome = Outcome.Of(LibC.unshare(LibC.CLONE_FS));
        if (!outcome.Failed) LibC.umask(mask);
        return outcome;
    }

    public static uint SetMask(uint mask) => LibC.umask(mask);

    /// <summary>
    /// File accesses of the calling thread are made as this user from now on, without the rights of root: the kernel takes the
    /// capabilities over files away with the change (capabilities(7)).
    /// </summary>
    /// <returns>Whether the kernel took both.</returns>
    public static bool ActAs(uint user, uint group)
    {
        LibC.setfsgid(group);
        LibC.setfsuid(user);

        // These calls tell the previous value and nothing else; asking for an impossible one reads it back.
        return LibC.setfsgid(uint.MaxValue) == (int)group && LibC.setfsuid(uint.MaxValue) == (int)user;
    }

    /// <summary>Binds the calling thread to the <paramref name="index"/>-th of the CPUs it may run on.</summary>
    public static void Pin(int index)
    {
        const int Words = 128;
        ulong* mask = stackalloc ulong[Words];
        if (LibC.sched_getaffinity(0, Words * 8, mask) < 0) return;
        int count = 0;
        for (int i = 0; i < Words; i++) count += System.Numerics.BitOperations.PopCount(mask[i]);
        if (count == 0) return;
        int wanted = index % count;
        for (int cpu = 0; cpu < Words * 64; cpu++)
        {
            if ((mask[cpu / 64] >> (cpu % 64) & 1) == 0 || wanted-- != 0) continue;
            new Span<ulong>(mask, Words).Clear();
            mask[cpu / 64] = 1UL << (cpu % 64);
            _ = LibC.sched_setaffinity(0, Words * 8, mask);
            return;
        }
    }

    public static Outcome Socket() => Outcome.Of(LibC.socket(LibC.AF_UNIX, LibC.SOCK_STREAM, 0));

    public static Outcome Bind(int socket, Name path)
    {
        Span<byte> address = stackalloc byte[110];
        uint length = Address(path, address);
        fixed (byte* a = address) return Outcome.Of(LibC.bind(socket, a, length));
    }

    public static Outcome Listen(int socket) => Outcome.Of(LibC.listen(socket, 1));

    public static Outcome Connect(int socket, Name path)
    {
        Span<byte> address = stackalloc byte[110];
        uint length = Address(path, address);
        fixed (byte* a = address) return Outcome.Of(LibC.connect(socket, a, length));
    }

    /// <summary>struct sockaddr_un; a path longer than its 107 bytes is a bug of the check.</summary>
    private static uint Address(Name path, Span<byte> address)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(path.Bytes.Length, 107);
        address.Clear();
        address[0] = LibC.AF_UNIX;
        path.Bytes.CopyTo(address[2..]);
        return (uint)(2 + path.Bytes.Length + 1);
    }
}
