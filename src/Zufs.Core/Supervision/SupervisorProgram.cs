using System.Runtime.InteropServices;
using Zufs.Interop;

namespace Zufs.Supervision;

/// <summary>The body of the program <c>zufs-supervisor</c>.</summary>
public static class SupervisorProgram
{
    /// <summary>Takes the order of the one who started it, and serves it till the mount ends.</summary>
    /// <returns>The exit code: 0 unmounted, 1 ended by a failure, 2 never started.</returns>
    public static int Run()
    {
        if (InheritedFiles.Take(InheritedFiles.Launch) is not { } socket)
        {
            Console.Error.WriteLine("zufs-supervisor is started by other programs. Mount a file system with “zufs-migrate run FS MOUNTPOINT”.");
            return 2;
        }
        // Whatever else leaked into this process goes no further than here.
        LibC.close_range_on_exec(3);
        using var starter = new LineSocket(socket);
        if (starter.Receive() is not { Kind: ControlKind.Mount, Order: { } order })
        {
            starter.Send(new ControlMessage
            {
                Kind = ControlKind.Failed,
                Sentence = "zufs-supervisor didn't understand its order: it is of another version. Install all of Zufs's programs together.",
                ExitCode = 2,
            });
            return 2;
        }
        using var supervisor = new Supervisor(order, starter, static line => Console.Error.WriteLine($"zufs-supervisor: {line}"));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        return supervisor.Run();

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            supervisor.RequestStop(context.Signal.ToString());
        }
    }
}
