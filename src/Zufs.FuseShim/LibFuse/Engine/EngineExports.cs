using System.Runtime.InteropServices;
using Zufs.Sessions;

namespace Zufs.FuseShim.LibFuse;

/// <summary>What the veneer calls: Veneer/engine.h. Nothing is thrown across the boundary; a failure is logged as a sentence and returned.</summary>
internal static unsafe class EngineExports
{
    private const int Failed = -1;

    [UnmanagedCallersOnly(EntryPoint = "zufs_engine_start")]
    private static int Start(EngineStart* start, void** session)
    {
        // SAFETY: the veneer's own structures, alive during the call; nothing behind the size that it names is read.
        if (start->StructureSize != sizeof(EngineStart) || start->Abi != EngineStart.CurrentAbi)
            return -22;
        try
        {
            var handle = GCHandle.Alloc(EngineSession.Start(start));
            *session = (void*)GCHandle.ToIntPtr(handle);
            return 0;
        }
#pragma warning disable CA1031 // The caller is C.
        catch (Exception e)
        {
            EngineLog.Write(start->Log, start->Program, e is SessionException { Remedy: { } remedy } ? $"{e.Message} Try: {remedy}" : e.Message);
            return Failed;
        }
#pragma warning restore CA1031
    }

    [UnmanagedCallersOnly(EntryPoint = "zufs_engine_wait")]
    private static int Wait(void* session)
    {
        try
        {
            // SAFETY: a handle of zufs_engine_start that the veneer hasn't freed.
            return (int)((EngineSession)GCHandle.FromIntPtr((nint)session).Target!).Wait();
        }
#pragma warning disable CA1031 // The caller is C.
        catch (Exception)
        {
            return (int)ShutdownReason.ChannelFailed;
        }
#pragma warning restore CA1031
    }

    [UnmanagedCallersOnly(EntryPoint = "zufs_engine_free")]
    private static void Free(void* session)
    {
        // SAFETY: as in Wait, and the veneer's last word about it.
        GCHandle.FromIntPtr((nint)session).Free();
    }

    [UnmanagedCallersOnly(EntryPoint = "zufs_engine_stop")]
    private static void Stop(void* session)
    {
        try
        {
            // SAFETY: as in Wait.
            ((EngineSession)GCHandle.FromIntPtr((nint)session).Target!).Stop();
        }
#pragma warning disable CA1031 // The caller is C; a session that can't be stopped ends by its unmount.
        catch (Exception)
        {
        }
#pragma warning restore CA1031
    }

    [UnmanagedCallersOnly(EntryPoint = "zufs_engine_poll_wakeup")]
    private static void PollWakeup(void* session, ulong pollHandle)
    {
        try
        {
            // SAFETY: as in Stop.
            ((EngineSession)GCHandle.FromIntPtr((nint)session).Target!).PollWakeup(pollHandle);
        }
#pragma warning disable CA1031 // The caller is C; a mount that has ended has nobody who polls.
        catch (Exception)
        {
        }
#pragma warning restore CA1031
    }
}
