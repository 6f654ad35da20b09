using System.Reflection;
using System.Text;
using Samples.Interop;
using Tmds.Fuse;
using Tmds.Linux;
using static Tmds.Linux.LibC;

// Zufs may start another process when this one dies: a path leads to everything, and nothing is kept in memory but descriptors.
[assembly: AssemblyMetadata("Zufs.Recovery", "stateless")]

namespace Samples;

/// <summary>Shows a directory of the disk. What an operation does happens there at once.</summary>
public class DirectoryFileSystem : FuseFileSystemBase
{
    private readonly string _root;
    private readonly ThreadLocal<PathBuffer> _paths;

    /// <param name="arguments">The directory.</param>
    public DirectoryFileSystem(string[] arguments)
    {
        if (arguments.Length != 1 || !Directory.Exists(arguments[0]))
            throw new ArgumentException("Name the directory to show: … -- DIRECTORY");
        _root = Path.GetFullPath(arguments[0]).TrimEnd('/');
        _paths = new ThreadLocal<PathBuffer>(() => new PathBuffer(_root));
        // The kernel has applied the caller's mask.
        umask(0);
    }

    public override bool SupportsMultiThreading => true;

    public override int GetAttr(ReadOnlySpan<byte> path, ref stat stat, FuseFileInfoRef fiRef) =>
        path.IsEmpty && !fiRef.IsNull ? Files.Status(fiRef.Value.fh, ref stat) : Files.Status(First(path), ref stat);

    // Not O_APPEND: a WRITE bears its offset, and must land there also when it comes a second time.
    public override int Open(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => Keep(Files.Open(First(path), fi.flags & ~O_APPEND | O_CLOEXEC, 0), ref fi);

    public override int Create(ReadOnlySpan<byte> path, mode_t mode, ref FuseFileInfo fi) =>
        Keep(Files.Open(First(path), fi.flags & ~O_APPEND | O_CREAT | O_CLOEXEC, mode), ref fi);

    public override void Release(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => Files.Close(fi.fh);

    public override int Read(ReadOnlySpan<byte> path, ulong offset, Span<byte> buffer, ref FuseFileInfo fi) => Calls.Read(fi.fh, buffer, offset);

    public override int Write(ReadOnlySpan<byte> path, ulong offset, ReadOnlySpan<byte> buffer, ref FuseFileInfo fi) => Calls.Write(fi.fh, buffer, offset);

    public override int Flush(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => 0;

    public override int FSync(ReadOnlySpan<byte> path, bool onlyData, ref FuseFileInfo fi) => Files.Sync(fi.fh, onlyData);

    public override int Truncate(ReadOnlySpan<byte> path, ulong length, FuseFileInfoRef fiRef) =>
        fiRef.IsNull ? Calls.Truncate(First(path), length) : Calls.Truncate(fiRef.Value.fh, length);

    public override int Unlink(ReadOnlySpan<byte> path) => Calls.Unlink(First(path));

    public override int Rename(ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath, int flags) => Calls.Rename(First(path), Second(newPath), flags);

    public override int Link(ReadOnlySpan<byte> fromPath, ReadOnlySpan<byte> toPath) => Files.Link(First(fromPath), Second(toPath));

    public override int SymLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target) => Files.SymLink([.. target, 0], First(path));

    public override int ReadLink(ReadOnlySpan<byte> path, Span<byte> buffer) => Files.ReadLink(First(path), buffer);

    public override int MkDir(ReadOnlySpan<byte> path, mode_t mode) => Files.MakeDirectory(First(path), mode);

    public override int RmDir(ReadOnlySpan<byte> path) => Files.RemoveDirectory(First(path));

    public override int ChMod(ReadOnlySpan<byte> path, mode_t mode, FuseFileInfoRef fiRef) => Files.ChangeMode(First(path), mode);

    public override int Chown(ReadOnlySpan<byte> path, uint uid, uint gid, FuseFileInfoRef fiRef) => Files.ChangeOwner(First(path), uid, gid);

    public override int UpdateTimestamps(ReadOnlySpan<byte> path, ref timespec atime, ref timespec mtime, FuseFileInfoRef fiRef) =>
        Files.SetTimes(First(path), ref atime, ref mtime);

    public override int StatFS(ReadOnlySpan<byte> path, ref statvfs statfs) => Files.Status(First(path), ref statfs);

    public override int OpenDir(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => 0;

    public override int ReleaseDir(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => 0;

    public override int ReadDir(ReadOnlySpan<byte> path, ulong offset, ReadDirFlags flags, DirectoryContent content, ref FuseFileInfo fi)
    {
        content.AddEntry(".");
        content.AddEntry("..");
        foreach (string entry in Directory.EnumerateFileSystemEntries(_root + Encoding.UTF8.GetString(path)))
            content.AddEntry(Path.GetFileName(entry));
        return 0;
    }

    private static int Keep(int fd, ref FuseFileInfo fi)
    {
        if (fd < 0)
            return fd;
        fi.fh = (ulong)fd;
        return 0;
    }

    private ReadOnlySpan<byte> First(ReadOnlySpan<byte> path) => _paths.Value!.First(path);

    private ReadOnlySpan<byte> Second(ReadOnlySpan<byte> path) => _paths.Value!.Second(path);
}
