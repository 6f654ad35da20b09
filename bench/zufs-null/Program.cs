using Zufs.Arenas;
using Zufs.Bench.Null;
using Zufs.Mounting;
using Zufs.Sessions;

if (args is not [var mountPoint, "uring" or "fuse"])
{
    Console.Error.WriteLine("Usage: zufs-null MOUNTPOINT uring|fuse");
    return 2;
}

using var mount = Mount.Create(mountPoint, new MountOptions { Subtype = "null", Source = "null", AllowOther = true });
using var arena = Arena.Create("null");
var session = Session.Start(mount.Connection, new NullFileSystem(), arena, new SessionOptions { Channel = args[1], Log = Console.Error.WriteLine });
await session.Ended;
return 0;
