using Tmds.Linux;

namespace Samples;

/// <summary>A file's data in blocks; one that was never written takes no room and reads as zeros. Its lock is the object itself.</summary>
internal sealed class FileNode(Capacity capacity, mode_t mode, uid_t owner, gid_t group) : Node(mode, owner, group)
{
    private const int BlockSize = 32 * 1024;

    private readonly Dictionary<long, byte[]> _blocks = [];
    private long _size;

    public override long Size => _size;

    public override long AllocatedBytes => (long)_blocks.Count * BlockSize;

    /// <summary>How often it is open; without a name and not open, it is gone. Guarded by the tree's lock.</summary>
    public int Opens { get; set; }

    public int Read(ulong offset, Span<byte> buffer)
    {
        lock (this)
        {
            if (offset >= (ulong)_size)
                return 0;
            int count = (int)Math.Min(buffer.Length, _size - (long)offset);
            for (int done = 0; done < count;)
            {
                (long block, int at, int length) = Piece((long)offset + done, count - done);
                if (_blocks.TryGetValue(block, out byte[]? data))
                    data.AsSpan(at, length).CopyTo(buffer[done..]);
                else
                    buffer.Slice(done, length).Clear();
                done += length;
            }
            return count;
        }
    }

    /// <summary>Takes as much as there is room for.</summary>
    /// <returns>How many bytes were taken; 0 when there is no room for any.</returns>
    public int Write(ulong offset, ReadOnlySpan<byte> buffer)
    {
        lock (this)
        {
            int done = 0;
            while (done < buffer.Length)
            {
                (long block, int at, int length) = Piece((long)offset + done, buffer.Length - done);
                if (!TryGetBlock(block, out byte[] data))
                    break;
                buffer.Slice(done, length).CopyTo(data.AsSpan(at));
                done += length;
            }
            if (done > 0)
            {
                _size = Math.Max(_size, (long)offset + done);
                TouchContent();
            }
            return done;
        }
    }

    public void Resize(long size)
    {
        lock (this)
        {
            if (size <= _size)
                Clear(size, long.MaxValue - size);
            _size = size;
            TouchContent();
        }
    }

    /// <summary>Gives room to a range, so that writing it can't fail.</summary>
    /// <returns>False when there isn't room enough; nothing was given then.</returns>
    public bool Reserve(long offset, long length, bool keepsSize)
    {
        lock (this)
        {
            var missing = new List<long>();
            long last = (offset + length - 1) / BlockSize;
            for (long block = offset / BlockSize; block <= last; block++)
            {
                if (_blocks.ContainsKey(block))
                    continue;
                if (!capacity.TryTake(BlockSize))
                {
                    capacity.GiveBack((long)missing.Count * BlockSize);
                    return false;
                }
                missing.Add(block);
            }
            foreach (long block in missing)
                _blocks[block] = new byte[BlockSize];
            if (!keepsSize)
                _size = Math.Max(_size, offset + length);
            TouchContent();
            return true;
        }
    }

    /// <summary>Gives all its room back when it has no name and isn't open any more.</summary>
    public void FreeWhenUnused()
    {
        if (Links == 0ul && Opens == 0)
            Resize(0);
    }

    /// <summary>Makes a range read as zeros, and gives whole blocks of it back.</summary>
    public void Punch(long offset, long length)
    {
        lock (this)
        {
            Clear(offset, length);
            TouchContent();
        }
    }

    private static (long Block, int At, int Length) Piece(long offset, long length)
    {
        int at = (int)(offset % BlockSize);
        return (offset / BlockSize, at, (int)Math.Min(length, BlockSize - at));
    }

    private void Clear(long offset, long length)
    {
        long end = offset + length;
        foreach (long block in _blocks.Keys.Where(b => b >= offset / BlockSize && b * BlockSize < end).ToArray())
        {
            long from = Math.Max(offset, block * BlockSize);
            long to = Math.Min(end, (block + 1) * BlockSize);
            // Behind the end of the file nothing is kept either.
            if (from == block * BlockSize && (to == (block + 1) * BlockSize || to >= _size))
            {
                _blocks.Remove(block);
                capacity.GiveBack(BlockSize);
            }
            else
            {
                _blocks[block].AsSpan((int)(from % BlockSize), (int)(to - from)).Clear();
            }
        }
    }

    private bool TryGetBlock(long block, out byte[] data)
    {
        if (_blocks.TryGetValue(block, out data!))
            return true;
        if (!capacity.TryTake(BlockSize))
            return false;
        _blocks[block] = data = new byte[BlockSize];
        return true;
    }
}

/// <summary>How much memory all files may take together, in bytes.</summary>
internal sealed class Capacity(long total)
{
    private long _used;

    public long Total => total;

    public long Free => total - Interlocked.Read(ref _used);

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= total)
            return true;
        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    public void GiveBack(long bytes) => Interlocked.Add(ref _used, -bytes);
}
