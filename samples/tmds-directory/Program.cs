using Samples;
using Tmds.Fuse;

if (args.Length != 2)
{
    Console.Error.WriteLine("Usage: tmds-directory DIRECTORY MOUNTPOINT");
    return 2;
}
try
{
    using IFuseMount mount = Fuse.Mount(args[1], new DirectoryFileSystem([args[0]]));
    Console.CancelKeyPress += (_, e) => e.Cancel = mount.UnmountAsync(1000).Result;
    await mount.WaitForUnmountAsync();
    return 0;
}
catch (FuseException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
