namespace Zufs.Sessions;

/// <content>The thread's record of an effect that must not happen twice.</content>
internal sealed partial class ServerScope
{
    /// <summary>The record of the request that is served, or of the last one that had an effect.</summary>
    public ref IntentRecord Intent => ref _arena.At<IntentRecord>(_intent);

    /// <summary>Makes the record that a dead worker wrote for this request the thread's own.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryAdoptIntent(IntentJournal journal)
    {
        long record = journal.Adopt(Unique);
        if (record == 0)
            return false;
        journal.Return(_intent);
        _intent = record;
        return true;
    }

    /// <summary>
    /// The request was deferred: its record stays with it, as an intent without a result, and the thread goes on with another. It is free again when the
    /// request is completed.
    /// </summary>
    public void LeaveIntentToDeferred(IntentJournal journal)
    {
        long next = journal.Take();
        // An arena without room for 256 bytes: the deferred request goes without, rather than all others.
        if (next == 0)
            return;
        Deferred!.Intent = _intent;
        _intent = next;
    }
}
