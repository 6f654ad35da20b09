using Zufs.Guest;

// The guest's own program: what of Zufs runs in a machine without .NET. Lines of results begin with PASS, FAIL or NOTE.
return args switch
{
    ["hello"] => Hello(),
    ["mount", var fileSystem, var mountPoint, var channel] => MountCommand.Run(fileSystem, mountPoint, channel),
    ["allocation", var channel] => AllocationCommand.Run(channel),
    ["compare", var fileSystem, var first, var second, .. var parts] => CompareCommand.Run(fileSystem, first, second, parts),
    ["compare-at", var first, var firstMount, var second, var secondMount, .. var parts] => CompareCommand.RunAt(first, firstMount, second, secondMount, parts),
    _ => Usage(),
};

static int Hello()
{
    Console.WriteLine($"hello from {Environment.OSVersion.Version}, {Environment.ProcessorCount} CPUs");
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("zufs-guest hello | mount FS MOUNTPOINT CHANNEL | allocation CHANNEL | compare FS CHANNEL CHANNEL [checks] [tree] [speed] | compare-at CHANNEL MOUNT CHANNEL MOUNT [checks] [tree] [speed]");
    return 2;
}
