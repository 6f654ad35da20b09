using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.Arenas;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <summary>What INIT agreed on, as it stands in the arena (<see cref="ArenaRoot.Negotiation"/>): INIT comes once, and a successor must know.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NegotiationRecord
{
    private const uint CurrentVersion = 1;

    public uint Version;
    public uint Minor;
    public ulong Offered;
    public ulong Agreed;
    public uint Granted;
    public int MaxPages;
    public int MaxWrite;
    public uint MaxReadahead;

    /// <summary>1 once the file system answered OPEN with ENOSYS: requests come with fh 0.</summary>
    public int HasNoOpen;

    /// <summary>As <see cref="HasNoOpen"/>, for OPENDIR.</summary>
    public int HasNoOpenDir;

    /// <summary>The id of INIT until its answer was sent; then 0.</summary>
    public ulong UnansweredInit;

    /// <summary>1 once rings were registered on a connection whose INIT didn't agree on them.</summary>
    public int HasLateUring;

    /// <summary>Writes the record, before the reply is sent: should this worker die in between, its successor sends the same.</summary>
    public static void Save(Arena arena, Negotiation outcome, ulong unique)
    {
        ref long root = ref arena.Root(ArenaRoot.Negotiation);
        if (root == 0)
        {
            long offset = arena.Allocate(Unsafe.SizeOf<NegotiationRecord>());
            if (offset == 0)
                throw new SessionException("The arena is full: there is no room for what INIT agreed on.");
            root = offset;
        }
        arena.At<NegotiationRecord>(root) = new NegotiationRecord
        {
            Version = CurrentVersion,
            Minor = outcome.Minor,
            Offered = (ulong)outcome.Offered,
            Agreed = (ulong)outcome.Agreed,
            Granted = (uint)outcome.Granted,
            MaxPages = outcome.MaxPages,
            MaxWrite = outcome.MaxWrite,
            MaxReadahead = outcome.MaxReadahead,
            UnansweredInit = unique,
        };
    }

    /// <summary>INIT's answer was sent.</summary>
    public static void MarkAnswered(Arena arena) => arena.At<NegotiationRecord>(arena.Root(ArenaRoot.Negotiation)).UnansweredInit = 0;

    /// <summary>The id of an INIT whose answer may not have been sent; 0 when it was.</summary>
    public static ulong Unanswered(Arena arena) => arena.At<NegotiationRecord>(arena.Root(ArenaRoot.Negotiation)).UnansweredInit;

    /// <summary>Whether an earlier worker moved the connection to rings.</summary>
    public static bool IsLateUring(Arena arena) => arena.At<NegotiationRecord>(arena.Root(ArenaRoot.Negotiation)).HasLateUring != 0;

    /// <summary>See <see cref="IsLateUring"/>.</summary>
    public static void SetLateUring(Arena arena, bool value) =>
        Volatile.Write(ref arena.At<NegotiationRecord>(arena.Root(ArenaRoot.Negotiation)).HasLateUring, value ? 1 : 0);

    /// <summary>What an earlier worker agreed on; null when INIT hasn't been answered.</summary>
    public static Negotiation? Load(Arena arena)
    {
        long root = arena.Root(ArenaRoot.Negotiation);
        if (root == 0)
            return null;
        ref NegotiationRecord record = ref arena.At<NegotiationRecord>(root);
        if (record.Version != CurrentVersion)
            return null;
        return new Negotiation
        {
            Minor = record.Minor,
            Offered = (InitFlags)record.Offered,
            Agreed = (InitFlags)record.Agreed,
            Granted = (FileSystemFeatures)record.Granted,
            MaxPages = record.MaxPages,
            MaxWrite = record.MaxWrite,
            MaxReadahead = record.MaxReadahead,
        };
    }
}
