using Zufs.Arenas;
using Zufs.Bench.Null;
using Zufs.FileSystems;
using Zufs.Mounting;
using Zufs.Sessions;

if (args is not [var mountPoint, "zufs" or "uring" or "fuse", var says] || !Enum.TryParse<Concurrency>(says, ignoreCase: true, out var concurrency))
{
    Console.Error.WriteLine("Usage: zufs-null MOUNTPOINT zufs|uring|fuse parallel|blocking|serial");
    return 2;
}

using var mount = Mount.Create(mountPoint, new MountOptions { Subtype = "null", Source = "null", AllowOther = true });
using var arena = Arena.Create("null");
var session = Session.Start(mount.Connection, new NullFileSystem(concurrency), arena, new SessionOptions { Channel = args[1], Log = Console.Error.WriteLine });
await session.Ended;
return 0;
