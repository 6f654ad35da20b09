namespace Zufs.Migrate;

internal static class Program
{
    private static int Main(string[] arguments) =>
        CommandShell.Run(CommandTree.Create(), arguments, Console.Out, Console.Error);
}
