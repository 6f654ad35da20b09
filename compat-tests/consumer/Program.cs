using System;
using System.Text;
using System.Threading.Tasks;
using Tmds.Fuse;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Consumer
{
    class Program
    {
        static async Task Main(string[] args)
        {
            if (!Fuse.CheckDependencies())
            {
                Console.WriteLine(Fuse.InstallationInstructions);
                return;
            }

            string mountPoint = args[0];
            Fuse.LazyUnmount(mountPoint);
            using (var mount = Fuse.Mount(mountPoint, new GreetingFileSystem(), new MountOptions { SingleThread = false }))
            {
                Console.WriteLine("Mounted");
                await mount.WaitForUnmountAsync();
            }
            Console.WriteLine("Unmounted");
        }
    }

    class GreetingFileSystem : FuseFileSystemBase
    {
        private static readonly byte[] _filePath = Encoding.UTF8.GetBytes("/greeting");
        private static readonly byte[] _fileContent = Encoding.UTF8.GetBytes("Good morning!\n");

        public override bool SupportsMultiThreading => true;

        public override int GetAttr(ReadOnlySpan<byte> path, ref stat stat, FuseFileInfoRef fiRef)
        {
            if (path.SequenceEqual(RootPath))
            {
                stat.st_mode = S_IFDIR | 0b111_101_101;
                stat.st_nlink = 2;
                return 0;
            }
            if (path.SequenceEqual(_filePath))
            {
                stat.st_mode = S_IFREG | 0b100_100_100;
                stat.st_nlink = 1;
                stat.st_size = _fileContent.Length;
                stat.st_mtim = DateTime.UnixEpoch.ToTimespec();
                return 0;
            }
            return -ENOENT;
        }

        public override int Open(ReadOnlySpan<byte> path, ref FuseFileInfo fi)
        {
            if (!path.SequenceEqual(_filePath))
            {
                return -ENOENT;
            }
            return (fi.flags & O_ACCMODE) != O_RDONLY ? -EACCES : 0;
        }

        public override int Read(ReadOnlySpan<byte> path, ulong offset, Span<byte> buffer, ref FuseFileInfo fi)
        {
            if (offset > (ulong)_fileContent.Length)
            {
                return 0;
            }
            int length = Math.Min(_fileContent.Length - (int)offset, buffer.Length);
            _fileContent.AsSpan().Slice((int)offset, length).CopyTo(buffer);
            return length;
        }

        public override int ReadDir(ReadOnlySpan<byte> path, ulong offset, ReadDirFlags flags, DirectoryContent content, ref FuseFileInfo fi)
        {
            if (!path.SequenceEqual(RootPath))
            {
                return -ENOENT;
            }
            content.AddEntry(".");
            content.AddEntry("..");
            content.AddEntry("greeting");
            return 0;
        }
    }
}
