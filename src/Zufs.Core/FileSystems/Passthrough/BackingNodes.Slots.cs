using System.Numerics;

namespace Zufs.FileSystems.Passthrough;

/// <content>Slots: a bit for each in use; chunks of records come and go with them.</content>
internal sealed partial class BackingNodes
{
    private bool Take(out uint slot)
    {
        lock (_allocating)
        {
            for (int word = _firstFree; ; word++)
            {
                int chunk = word / WordsPerChunk;
                if (chunk >= _chunkCount && !Grow(chunk))
                {
                    slot = 0;
                    return false;
                }
                if (_used[word] == ulong.MaxValue)
                    continue;
                _firstFree = word;
                if (Chunk((uint)chunk) == 0 && !Fill(chunk))
                {
                    slot = 0;
                    return false;
                }
                int bit = BitOperations.TrailingZeroCount(~_used[word]);
                _used[word] |= 1UL << bit;
                slot = (uint)(word * 64 + bit);
                return true;
            }
        }
    }

    private void Give(uint slot)
    {
        lock (_allocating)
        {
            int word = (int)(slot / 64), chunk = (int)(slot >> ChunkShift);
            _used[word] &= ~(1UL << (int)(slot % 64));
            _firstFree = Math.Min(_firstFree, word);
            if (chunk == 0 || _used.AsSpan(chunk * WordsPerChunk, WordsPerChunk).ContainsAnyExcept(0UL))
                return;
            long block = Chunk((uint)chunk);
            Volatile.Write(ref Chunk((uint)chunk), 0);
            _arena.Free(block, ChunkSize);
            GiveBack(chunk);
        }
    }

    // The tables of chunks and bits are large, too.
    private void GiveBack(int chunk)
    {
        long page = Header.Chunks + (chunk & ~(ChunksPerPage - 1)) * sizeof(long);
        if (!_arena.Bytes(page, PageSize).ContainsAnyExcept((byte)0))
            _arena.Discard(page, PageSize);
        while (_chunkCount > 1 && Chunk((uint)_chunkCount - 1) == 0)
            _chunkCount--;
        _firstFree = Math.Min(_firstFree, _chunkCount * WordsPerChunk);
        if (_used.Length > FirstWords && _used.Length > _chunkCount * WordsPerChunk * 4)
            Array.Resize(ref _used, Math.Max(FirstWords, _chunkCount * WordsPerChunk * 2));
    }

    private bool Grow(int chunk)
    {
        if (chunk >= MaxChunks)
            return false;
        _chunkCount = chunk + 1;
        if (_used.Length < _chunkCount * WordsPerChunk)
            Array.Resize(ref _used, _used.Length * 2);
        // Slot 0 means "none".
        if (chunk == 0)
            _used[0] |= 1;
        return true;
    }

    private bool Fill(int chunk)
    {
        long block = _arena.Allocate(ChunkSize);
        if (block == 0)
            return false;
        Volatile.Write(ref Chunk((uint)chunk), block);
        return true;
    }
}
