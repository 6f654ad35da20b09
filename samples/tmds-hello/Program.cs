using Tmds.Fuse;

if (args.Length != 1)
{
    Console.Error.WriteLine("Usage: tmds-hello MOUNTPOINT");
    return 2;
}
try
{
    using IFuseMount mount = Fuse.Mount(args[0], new HelloFileSystem());
    Console.CancelKeyPress += (_, e) => e.Cancel = mount.UnmountAsync(1000).Result;
    await mount.WaitForUnmountAsync();
    return 0;
}
catch (FuseException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
