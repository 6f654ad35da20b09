using System.Diagnostics;
using System.Security.Cryptography;
using Zufs.Conformance.Interop;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Trees;

/// <content>The copying, and the way back.</content>
public sealed partial class TreeCopy
{
    /// <summary>One run: from an open source directory into an open empty one.</summary>
    private sealed class Work(int source, int copy, int limit, Action<int>? progress, CancellationToken cancellation)
    {
        private readonly List<TreeEntry> _entries = [];
        private readonly List<(Name Directory, List<string> Names)> _children = [];
        private readonly List<TreeDifference> _differences = [];
        private readonly byte[] _buffer = new byte[Chunk];
        private int _files, _directories, _symlinks;
        private long _bytes;
        private bool _whole = true;

        public TreeReport Run()
        {
            long start = Stopwatch.GetTimestamp();
            CopyBelow(".");
            DirectoryTimes();
            _ = Sys.SyncFileSystem(copy);
            double copySeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
            string digest = ReadBack();
            return new TreeReport(
                _files, _directories, _symlinks, _bytes, _differences, digest, _whole, copySeconds, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        private void CopyBelow(Name directory)
        {
            var names = new List<string>();
            _children.Add((directory, names));
            foreach (var (name, _, _, _) in ListSorted(source, directory))
            {
                cancellation.ThrowIfCancellationRequested();
                if (_files >= limit)
                {
                    _whole = false;
                    return;
                }

                var path = directory.Slash(name);
                if (Sys.Status(source, path, LibC.AT_SYMLINK_NOFOLLOW, out var status).Failed) continue;
                switch (status.Kind)
                {
                    case "directory":
                        if (!Done(path, "mkdir", Sys.MakeDirectory(copy, path, Octal(700)))) break;
                        _directories++;
                        Made(new TreeEntry(path, status, null, []), name, names);
                        CopyBelow(path);
                        break;
                    case "symlink":
                        Made(CopySymlink(path, status), name, names);
                        break;
                    case "file":
                        Made(CopyFile(path, status), name, names);
                        break;
                }
            }
        }

        private void Made(TreeEntry? entry, Name name, List<string> names)
        {
            if (entry is null) return;
            _entries.Add(entry);
            names.Add(name.ToString());
        }

        private TreeEntry? CopySymlink(Name path, FileStatus status)
        {
            var length = Sys.ReadLink(source, path, _buffer);
            if (length.Failed) return null;
            var target = Name.Of(_buffer.AsSpan(0, (int)length.Value));
            if (!Done(path, "symlink", Sys.Symlink(target, copy, path))) return null;
            Done(path, "set times", Sys.SetTimes(copy, path, status.Accessed, status.Modified, LibC.AT_SYMLINK_NOFOLLOW));
            _symlinks++;
            return new TreeEntry(path, status, target, []);
        }

        private TreeEntry? CopyFile(Name path, FileStatus status)
        {
            var from = Sys.Open(source, path, O_RDONLY | O_NOFOLLOW, 0);
            if (from.Failed) return null;
            var to = Sys.Open(copy, path, O_WRONLY | O_CREAT | O_EXCL, Octal(600));
            try
            {
                if (!Done(path, "create", to)) return null;
                int target = (int)to.Value;
                byte[]? hash = CopyData(path, (int)from.Value, target);
                if (hash is null) return null;
                Done(path, "chmod", Sys.ChangeMode(target, status.Permissions));
                Done(path, "set times", Sys.SetTimes(target, status.Accessed, status.Modified));
                if (++_files % 100 == 0) progress?.Invoke(_files);
                return new TreeEntry(path, status, null, hash);
            }
            finally
            {
                _ = Sys.Close((int)from.Value);
                if (!to.Failed) Done(path, "close", Sys.Close((int)to.Value));
            }
        }

        private byte[]? CopyData(Name path, int from, int to)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (Outcome read; (read = Sys.Read(from, _buffer)).Value > 0;)
            {
                var rest = _buffer.AsSpan(0, (int)read.Value);
                hash.AppendData(rest);
                _bytes += rest.Length;
                while (!rest.IsEmpty)
                {
                    var written = Sys.Write(to, rest);
                    if (!Done(path, "write", written)) return null;
                    rest = rest[(int)written.Value..];
                }
            }

            return hash.GetHashAndReset();
        }

        // From below to above: what is made in a directory moves its mtime.
        private void DirectoryTimes()
        {
            foreach (var entry in _entries.Where(e => e.Status.Kind == "directory").Reverse())
            {
                Done(entry.Path, "chmod", Sys.ChangeMode(copy, entry.Path, entry.Status.Permissions));
                Done(entry.Path, "set times", Sys.SetTimes(copy, entry.Path, entry.Status.Accessed, entry.Status.Modified, 0));
            }
        }

        private string ReadBack()
        {
            using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var entry in _entries)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!Done(entry.Path, "stat", Sys.Status(copy, entry.Path, LibC.AT_SYMLINK_NOFOLLOW, out var status))) continue;
                Same(entry.Path, "kind", entry.Status.Kind, status.Kind);
                Same(entry.Path, "mode", entry.Status.PermissionText, status.PermissionText);
                Same(entry.Path, "mtime", ((TimeValue)entry.Status.Modified).ToString(), ((TimeValue)status.Modified).ToString());
                string content = entry.Status.Kind switch
                {
                    "file" => FileBack(entry, status),
                    "symlink" => SymlinkBack(entry),
                    _ => "",
                };
                all.AppendData(System.Text.Encoding.ASCII.GetBytes($"{entry.Path} {status.Kind} {status.PermissionText} {(TimeValue)status.Modified} {content}\n"));
            }

            foreach (var (directory, names) in _children)
            {
                var seen = ListSorted(copy, directory).Select(item => item.Name.ToString());
                Same(directory, "listing", string.Join(' ', names), string.Join(' ', seen));
            }

            return Convert.ToHexString(all.GetHashAndReset()).ToLowerInvariant();
        }

        private string FileBack(TreeEntry entry, FileStatus status)
        {
            Same(entry.Path, "size", Text(entry.Status.Size), Text(status.Size));
            var opened = Sys.Open(copy, entry.Path, O_RDONLY | O_NOFOLLOW, 0);
            if (!Done(entry.Path, "open", opened)) return opened.ToString();
            int fd = (int)opened.Value;
            Sys.DropCache(fd);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Outcome read;
            while ((read = Sys.Read(fd, _buffer)).Value > 0) hash.AppendData(_buffer.AsSpan(0, (int)read.Value));
            Done(entry.Path, "read", read);
            _ = Sys.Close(fd);
            string actual = Convert.ToHexString(hash.GetHashAndReset());
            Same(entry.Path, "content", Convert.ToHexString(entry.Hash), actual);
            return actual;
        }

        private string SymlinkBack(TreeEntry entry)
        {
            var length = Sys.ReadLink(copy, entry.Path, _buffer);
            string actual = length.Failed ? length.ToString() : Name.Of(_buffer.AsSpan(0, (int)length.Value)).ToString();
            Same(entry.Path, "target", entry.Target.ToString()!, actual);
            return actual;
        }

        private static List<DirectoryItem> ListSorted(int root, Name directory)
        {
            var items = new List<DirectoryItem>();
            var opened = Sys.Open(root, directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
            if (opened.Failed) return items;
            byte[] buffer = new byte[64 * 1024];
            while (Sys.List((int)opened.Value, buffer, items).Value > 0)
            {
            }

            _ = Sys.Close((int)opened.Value);
            items.RemoveAll(item => item.IsDot);
            items.Sort((a, b) => string.CompareOrdinal(a.Name.ToString(), b.Name.ToString()));
            return items;
        }

        private bool Done(Name path, string what, Outcome outcome)
        {
            if (outcome.Failed) Differ(path, what, "ok", outcome.ToString());
            return !outcome.Failed;
        }

        private void Same(Name path, string what, string expected, string actual)
        {
            if (expected != actual) Differ(path, what, expected, actual);
        }

        private void Differ(Name path, string what, string expected, string actual)
        {
            if (_differences.Count < MostDifferences) _differences.Add(new TreeDifference(path.ToString(), what, expected, actual));
        }

        private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
