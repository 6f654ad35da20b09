using Microsoft.Win32.SafeHandles;
using Zufs.FileSystems;
using Zufs.Interop;

namespace Zufs.Sessions;

/// <summary>Backing files of one connection.</summary>
internal sealed class BackingFiles(SafeFileHandle connection) : IBackingFiles
{
    public int Register(int fd) => LibC.OpenBacking(connection, fd);

    public void Unregister(int id) => LibC.CloseBacking(connection, id);
}
