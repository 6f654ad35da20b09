using Zufs.Conformance.Interop;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance;

/// <summary>Removes a directory with all below it, whatever the names and modes. Never follows a symlink.</summary>
internal static class TreeRemoval
{
    private const int MostPasses = 50;

    public static Outcome Remove(int parent, Name name)
    {
        // A directory that lets nobody in: its owner can change that.
        var opened = Sys.Open(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
        if (opened.Error == Errno.EACCES)
        {
            _ = Sys.ChangeMode(parent, name, Octal(700));
            opened = Sys.Open(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
        }

        if (opened.Failed) return opened;
        int fd = (int)opened.Value;
        try
        {
            var emptied = Empty(fd);
            if (emptied.Failed) return emptied;
        }
        finally
        {
            _ = Sys.Close(fd);
        }

        return Sys.RemoveDirectory(parent, name);
    }

    // Removing while listing may hide names in some file systems, so the list is read to its end, emptied, and read again.
    private static Outcome Empty(int fd)
    {
        byte[] buffer = new byte[64 * 1024];
        for (int pass = 0; pass < MostPasses; pass++)
        {
            var items = new List<DirectoryItem>();
            var rewound = Sys.Seek(fd, 0, SEEK_SET);
            if (rewound.Failed) return rewound;
            Outcome listed;
            while ((listed = Sys.List(fd, buffer, items)).Value > 0)
            {
            }

            if (listed.Failed) return listed;
            items.RemoveAll(item => item.IsDot);
            if (items.Count == 0) return default;
            _ = Sys.ChangeMode(fd, Octal(700));
            foreach (var item in items)
            {
                var removed = Sys.Unlink(fd, item.Name);
                if (removed.Error is Errno.EISDIR or Errno.EPERM) removed = Remove(fd, item.Name);
                if (removed.Failed && removed.Error != Errno.ENOENT) return removed;
            }
        }

        return new Outcome(-1, Errno.ENOTEMPTY);
    }
}
