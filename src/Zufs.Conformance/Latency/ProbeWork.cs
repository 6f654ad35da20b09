using Zufs.Conformance.Interop;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Latency;

/// <summary>One thread's part of an operation: what it opened before, and the one step that is timed. A step allocates nothing.</summary>
internal abstract class ProbeWork : IDisposable
{
    /// <summary>Bytes of each thread's file.</summary>
    public const int FileSize = 4 << 20;

    /// <summary>The operation once.</summary>
    /// <param name="step">Counts up from 0.</param>
    public abstract Outcome Step(int step);

    public virtual void Dispose()
    {
    }

    /// <summary>Opens, or ends the row: the mount lacks what it needs.</summary>
    /// <exception cref="ProbeException">It failed.</exception>
    protected static int Need(string what, Outcome outcome) =>
        outcome.Failed ? throw new ProbeException($"{what}: {outcome}") : (int)outcome.Value;

    /// <summary>fstat(2) as applications call it: the kernel may answer from its cache.</summary>
    public sealed class FStat(int directory, Name file) : ProbeWork
    {
        private readonly int _fd = Need("open", Sys.Open(directory, file, O_RDONLY, 0));

        public override Outcome Step(int step) => Sys.TouchStatus(_fd);

        public override void Dispose() => _ = Sys.Close(_fd);
    }

    /// <summary>statx with AT_STATX_FORCE_SYNC: the attributes are asked of the file system each time, whatever is cached.</summary>
    public sealed class GetAttr(int directory, Name file) : ProbeWork
    {
        private static readonly Name _empty = "";
        private readonly int _fd = Need("open", Sys.Open(directory, file, O_RDONLY, 0));

        public override Outcome Step(int step) => Sys.Status(_fd, _empty, LibC.AT_EMPTY_PATH | LibC.AT_STATX_FORCE_SYNC, out _);

        public override void Dispose() => _ = Sys.Close(_fd);
    }

    /// <summary>stat of a path.</summary>
    public sealed class Stat(int directory, Name file) : ProbeWork
    {
        public override Outcome Step(int step) => Sys.Status(directory, file, 0, out _);
    }

    /// <summary>open and close.</summary>
    public sealed class OpenClose(int directory, Name file) : ProbeWork
    {
        public override Outcome Step(int step)
        {
            var opened = Sys.Open(directory, file, O_RDONLY, 0);
            return opened.Failed ? opened : Sys.Close((int)opened.Value);
        }
    }

    /// <summary>create, close and unlink.</summary>
    public sealed class CreateUnlink(int directory, Name file) : ProbeWork
    {
        private static readonly uint _mode = Octal(644);

        public override Outcome Step(int step)
        {
            var opened = Sys.Open(directory, file, O_RDWR | O_CREAT | O_EXCL, _mode);
            if (opened.Failed) return opened;
            _ = Sys.Close((int)opened.Value);
            return Sys.Unlink(directory, file);
        }
    }

    /// <summary>A directory opened, listed to its end, closed.</summary>
    public sealed class ReadDir(int directory, Name name) : ProbeWork
    {
        private readonly byte[] _buffer = new byte[32 * 1024];

        public override Outcome Step(int step)
        {
            var opened = Sys.Open(directory, name, O_RDONLY | O_DIRECTORY, 0);
            if (opened.Failed) return opened;
            Outcome listed;
            while ((listed = Sys.TouchList((int)opened.Value, _buffer)).Value > 0)
            {
            }

            _ = Sys.Close((int)opened.Value);
            return listed;
        }
    }

    /// <summary>pread or pwrite, going through a file of <see cref="FileSize"/> from start to end again and again.</summary>
    public sealed class Transfer(int directory, Name file, int size, bool write, bool direct, int span = FileSize) : ProbeWork
    {
        private readonly AlignedBuffer _buffer = new(size);
        private readonly int _fd = Need(
            direct ? "open with O_DIRECT" : "open", Sys.Open(directory, file, (write ? O_RDWR : O_RDONLY) | (direct ? O_DIRECT : 0), 0));

        public override Outcome Step(int step)
        {
            long offset = (long)step * size % Math.Max(span - size + 1, 1) / size * size;
            var outcome = write ? Sys.PWrite(_fd, _buffer.Bytes, offset) : Sys.PRead(_fd, _buffer.Bytes, offset);
            return outcome.Value == size ? outcome : outcome with { Error = outcome.Failed ? outcome.Error : Errno.EIO };
        }

        public override void Dispose()
        {
            _ = Sys.Close(_fd);
            _buffer.Dispose();
        }
    }
}
