namespace Zufs.FuseShim.Paths;

/// <content>The open files of a node, linked through their records.</content>
internal sealed partial class NodeTable
{
    /// <summary>Whether a file of the node is open. The tree lock is held exclusively for it.</summary>
    public bool IsOpen(uint slot) => Volatile.Read(ref NodeAt(slot).FirstOpen) != 0;

    /// <summary>The handle of the newest open file of a node, 0 for none. It may be closed at any time, unless the caller keeps it open.</summary>
    public long FirstOpenOf(uint slot) => Volatile.Read(ref NodeAt(slot).FirstOpen);

    /// <summary>Whether the node has a <c>.fuse_hidden</c> name. The tree lock is held for it.</summary>
    public bool IsHidden(uint slot) => NodeAt(slot).IsHidden;

    /// <summary>Says that the node's name is a <c>.fuse_hidden</c> one. The tree lock is held exclusively for it.</summary>
    public void MarkHidden(uint slot)
    {
        uint hash = EnterNode(slot);
        NodeAt(slot).IsHidden = true;
        ExitStripe(hash);
    }

    /// <summary>Links an open file to its node.</summary>
    public void LinkOpen(uint slot, long handle)
    {
        uint hash = EnterNode(slot);
        ref Node node = ref NodeAt(slot);
        ref OpenRecord record = ref _arena.At<OpenRecord>(handle);
        record.Previous = 0;
        record.Next = node.FirstOpen;
        if (record.Next != 0)
            _arena.At<OpenRecord>(record.Next).Previous = handle;
        node.FirstOpen = handle;
        ExitStripe(hash);
    }

    /// <summary>Takes an open file off its node, and the node away when nothing else keeps it.</summary>
    /// <returns>Whether it was the last one of a hidden node; a lookup is then counted, so that the node stays.</returns>
    public bool UnlinkOpen(uint slot, long handle)
    {
        uint hash = EnterNode(slot);
        ref Node node = ref NodeAt(slot);
        ref OpenRecord record = ref _arena.At<OpenRecord>(handle);
        if (record.Next != 0)
            _arena.At<OpenRecord>(record.Next).Previous = record.Previous;
        if (record.Previous != 0)
            _arena.At<OpenRecord>(record.Previous).Next = record.Next;
        else
            node.FirstOpen = record.Next;
        bool isLastOfHidden = node.IsHidden && node.FirstOpen == 0;
        if (isLastOfHidden)
            node.Lookups++;
        uint parent = FreeIfUnusedHeld(hash, slot);
        ExitStripe(hash);
        DropChild(parent);
        return isLastOfHidden;
    }
}
