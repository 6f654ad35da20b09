namespace Zufs.FuseShim.Paths;

/// <content>Names: found, made, moved, exchanged, taken away, forgotten.</content>
internal sealed partial class NodeTable
{
    /// <summary>The node of a name, without counting a lookup.</summary>
    /// <returns>0 when the table doesn't know it.</returns>
    public uint Find(uint parent, ReadOnlySpan<byte> name)
    {
        uint hash = HashOf(parent, name);
        EnterStripe(hash);
        uint slot = FindHeld(hash, parent, name, out _);
        ExitStripe(hash);
        return slot;
    }

    /// <summary>The node of a name, made when the table doesn't know it, and counts a lookup. The parent is one that the kernel knows.</summary>
    /// <returns>0 when the arena is full.</returns>
    public uint Lookup(uint parent, ReadOnlySpan<byte> name)
    {
        uint hash = HashOf(parent, name);
        EnterStripe(hash);
        uint slot = FindHeld(hash, parent, name, out int chain);
        if (slot == 0)
            slot = MakeHeld(hash, parent, name);
        else
            NodeAt(slot).Lookups++;
        ExitStripe(hash);
        if (chain >= LongChain)
            GrowBuckets();
        return slot;
    }

    /// <summary>The kernel gives back lookups; more than it has counts as all.</summary>
    public void Forget(uint slot, ulong lookups)
    {
        uint hash = EnterNode(slot);
        ref Node node = ref NodeAt(slot);
        node.Lookups -= Math.Min(node.Lookups, lookups);
        uint parent = FreeIfUnusedHeld(hash, slot);
        ExitStripe(hash);
        DropChild(parent);
    }

    /// <summary>
    /// Gives the node of a name another name. A node that had the new name loses it. The tree lock is held exclusively for both, and
    /// <paramref name="newParent"/> isn't below the node.
    /// </summary>
    /// <returns>False when the arena is full: then neither name leads anywhere, and the kernel looks them up anew.</returns>
    public bool Move(uint parent, ReadOnlySpan<byte> name, uint newParent, ReadOnlySpan<byte> newName)
    {
        uint hash = HashOf(parent, name);
        uint newHash = HashOf(newParent, newName);
        EnterStripes(hash, newHash);
        uint slot = FindHeld(hash, parent, name, out _);
        uint replaced = FindHeld(newHash, newParent, newName, out _);
        uint dropped = 0;
        uint droppedToo = 0;
        bool fits = true;
        if (slot != replaced)
        {
            if (replaced != 0)
                dropped = UnnameHeld(newHash, replaced);
            if (slot != 0)
            {
                ref Node node = ref NodeAt(slot);
                if (SetName(ref node, newName))
                {
                    RemoveHeld(hash, slot);
                    droppedToo = parent;
                    Interlocked.Increment(ref NodeAt(newParent).Children);
                    node.Parent = newParent;
                    InsertHeld(newHash, slot);
                    Volatile.Write(ref node.Hash, newHash);
                }
                else
                {
                    fits = false;
                    droppedToo = UnnameHeld(hash, slot);
                }
            }
        }
        ExitStripes(hash, newHash);
        DropChild(dropped);
        DropChild(droppedToo);
        return fits;
    }

    /// <summary>Exchanges what two names lead to. Otherwise as <see cref="Move"/>; one of them may be unknown.</summary>
    public bool Exchange(uint parent, ReadOnlySpan<byte> name, uint newParent, ReadOnlySpan<byte> newName)
    {
        uint first = Find(parent, name);
        uint second = Find(newParent, newName);
        if (first == second)
            return true;
        if (first == 0)
            return Move(newParent, newName, parent, name);
        if (second == 0)
            return Move(parent, name, newParent, newName);
        // By way of a name that no node has: a name of the kernel never holds a slash.
        bool aside = Move(newParent, newName, newParent, "/"u8);
        bool forth = Move(parent, name, newParent, newName);
        return Move(newParent, "/"u8, parent, name) && aside && forth;
    }

    /// <summary>Takes a name away: its node has none from then on. The tree lock is held exclusively for the node.</summary>
    public void Unname(uint parent, ReadOnlySpan<byte> name)
    {
        uint hash = HashOf(parent, name);
        EnterStripe(hash);
        uint slot = FindHeld(hash, parent, name, out _);
        uint dropped = slot != 0 ? UnnameHeld(hash, slot) : 0;
        ExitStripe(hash);
        DropChild(dropped);
    }

    private uint MakeHeld(uint hash, uint parent, ReadOnlySpan<byte> name)
    {
        uint slot = TakeSlot();
        if (slot == 0)
            return 0;
        ref Node node = ref NodeAt(slot);
        if (!SetName(ref node, name))
        {
            GiveSlot(slot);
            return 0;
        }
        Interlocked.Increment(ref NodeAt(parent).Children);
        node.Parent = parent;
        node.Hash = hash;
        node.Lookups = 1;
        node.IsLive = true;
        InsertHeld(hash, slot);
        return slot;
    }

    /// <summary>Takes the name of a node away, and the node when nothing else keeps it. Its stripe is held.</summary>
    /// <returns>The parent that lost a child.</returns>
    private uint UnnameHeld(uint hash, uint slot)
    {
        ref Node node = ref NodeAt(slot);
        uint parent = node.Parent;
        RemoveHeld(hash, slot);
        ClearName(ref node);
        node.Parent = 0;
        node.IsHidden = false;
        if (IsUsed(ref node))
            Volatile.Write(ref node.Hash, HashOfSlot(slot));
        else
            FreeHeld(slot);
        return parent;
    }

    /// <summary>Frees a node that nobody knows any more. Its stripe is held.</summary>
    /// <returns>The parent that lost a child, 0 for none.</returns>
    private uint FreeIfUnusedHeld(uint hash, uint slot)
    {
        ref Node node = ref NodeAt(slot);
        if (!node.IsLive || slot == Root || IsUsed(ref node))
            return 0;
        uint parent = node.Parent;
        if (node.NameLength != 0)
            RemoveHeld(hash, slot);
        ClearName(ref node);
        node.Parent = 0;
        node.IsHidden = false;
        FreeHeld(slot);
        return parent;
    }

    private static bool IsUsed(ref Node node) => node.Lookups != 0 || node.FirstOpen != 0 || Volatile.Read(ref node.Children) != 0;

    private void FreeHeld(uint slot)
    {
        ref Node node = ref NodeAt(slot);
        node.IsLive = false;
        node.Generation++;
        // From here on the stripe that is held doesn't guard the node any more.
        Volatile.Write(ref node.Hash, HashOfSlot(slot));
        GiveSlot(slot);
    }

    /// <summary>A node has lost a child; it goes when that was what kept it, and so on upwards.</summary>
    private void DropChild(uint slot)
    {
        while (slot != 0)
        {
            uint hash = EnterNode(slot);
            Interlocked.Decrement(ref NodeAt(slot).Children);
            uint parent = FreeIfUnusedHeld(hash, slot);
            ExitStripe(hash);
            slot = parent;
        }
    }
}
