using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Xunit;
using Zufs.CompatTests.Conformance;
using Zufs.CompatTests.Supervision;

namespace Zufs.CompatTests.Features;

/// <summary>Idmapped mounts, which a mount of ours refuses: the ids of a request would be nobody's.</summary>
public sealed class IdmapTests
{
    [Theory]
    [InlineData("memory", "fuse")]
    [InlineData("memory", "uring")]
    [InlineData("passthrough", "fuse")]
    public void An_idmapped_mount_is_refused(string fileSystem, string channel)
    {
        using var fixture = new MountFixture();
        using var namespaces = new UserNamespace();
        using var tmpfs = new TemporaryFileSystem();
        string source = fileSystem == "passthrough" ? $"passthrough:{fixture.NewDirectory()}" : fileSystem;
        string mountPoint = fixture.Mount(source, channel, "allow_other").MountPoint;
        const int EINVAL = 22;
        // What could be mapped is, so the call is right.
        Assert.Equal(0, IdmapCalls.TryMap(tmpfs.MountPoint, namespaces.File));
        Assert.Equal(EINVAL, IdmapCalls.TryMap(mountPoint, namespaces.File));
    }

    /// <summary>A user namespace in which ids begin at 100000; a process that sleeps holds it.</summary>
    private sealed class UserNamespace : IDisposable
    {
        private readonly Process _holder = Process.Start("unshare", ["--user", "sleep", "60"]);

        public UserNamespace()
        {
            string folder = $"/proc/{_holder.Id}";
            string ours = System.IO.File.ResolveLinkTarget("/proc/self/ns/user", false)!.Name;
            Assert.True(SpinWait.SpinUntil(() => System.IO.File.ResolveLinkTarget($"{folder}/ns/user", false)!.Name != ours, TimeSpan.FromSeconds(10)));
            System.IO.File.WriteAllText($"{folder}/uid_map", "0 100000 65536\n");
            System.IO.File.WriteAllText($"{folder}/gid_map", "0 100000 65536\n");
            File = System.IO.File.OpenHandle($"{folder}/ns/user");
        }

        public SafeFileHandle File { get; }

        public void Dispose()
        {
            File.Dispose();
            _holder.Kill();
            _holder.WaitForExit();
            _holder.Dispose();
        }
    }
}

/// <summary>Clones a mount and maps its ids, as mount(8) does for <c>X-mount.idmap</c>.</summary>
internal static unsafe partial class IdmapCalls
{
    private const long OpenTree = 428;
    private const long MountSetAttributes = 442;
    private const long CloneTree = 1;
    private const long EmptyPath = 0x1000;
    private const ulong Idmap = 0x100000;

    /// <summary>0 or the errno.</summary>
    public static int TryMap(string mountPoint, SafeFileHandle userNamespace)
    {
        long tree;
        fixed (byte* path = Encoding.UTF8.GetBytes(mountPoint + "\0"))
            tree = Call(OpenTree, -100, (nint)path, CloneTree, 0, 0);
        if (tree < 0)
            return Marshal.GetLastPInvokeError();
        // struct mount_attr: set, clear, propagation, userns_fd.
        ulong* attributes = stackalloc ulong[] { Idmap, 0, 0, (ulong)userNamespace.DangerousGetHandle() };
        fixed (byte* empty = "\0"u8)
        {
            long result = Call(MountSetAttributes, tree, (nint)empty, EmptyPath, (nint)attributes, 4 * sizeof(ulong));
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            Channels.Native.close((int)tree);
            return error;
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Call(long number, long first, nint second, long third, nint fourth, long fifth);
}
