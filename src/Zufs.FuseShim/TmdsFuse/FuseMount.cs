using Zufs.Arenas;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;
using Zufs.Mounting;
using Zufs.Sessions;

namespace Tmds.Fuse;

/// <summary>
/// A mount that lives and dies with this process: without a supervisor, on every channel. Its end takes it out of the tree in any case, so
/// that nothing stale stays behind.
/// </summary>
internal sealed class FuseMount : IFuseMount
{
    private readonly Mount _mount;
    private readonly Session _session;
    private readonly Task _ended;

    private FuseMount(Mount mount, Session session, Arena arena, IDisposable fileSystem)
    {
        _mount = mount;
        _session = session;
        _ended = FinishAsync(arena, fileSystem);
    }

    /// <summary>Mounts, and returns when requests flow.</summary>
    /// <param name="mountPoint">A directory that exists.</param>
    /// <param name="fileSystem">The file system; owned from here on.</param>
    /// <param name="options">How.</param>
    /// <param name="channel">The channel's name, or <c>auto</c>; an unknown one is left for the session to refuse, with the sentence that says what there is.</param>
    /// <exception cref="FuseException">It didn't work; the file system is disposed.</exception>
    public static FuseMount Start(string mountPoint, IFuseFileSystem fileSystem, MountOptions options, string channel)
    {
        TmdsFileSystem? adapter = null;
        Mount? mount = null;
        Arena? arena = null;
        try
        {
            adapter = new TmdsFileSystem(fileSystem, options.SingleThread);
            PathOptions words = PathOptions.Take(options.Options ?? "", out string rest);
            // What programs see in the mount table is what libfuse showed them.
            Zufs.Mounting.MountOptions how = new Zufs.Mounting.MountOptions { Source = "/dev/fuse" }.With(rest);
            mount = Mount.Create(mountPoint, how);
            arena = Arena.Create("zufs");
            var paths = new PathFileSystem(adapter, words);
            Session session = Session.Start(mount.Connection, paths, arena, new SessionOptions
            {
                Channel = channel,
                EntryTimeout = how.EntryTimeout,
                AttrTimeout = how.AttrTimeout,
                MaxWrite = how.MaxWrite == 0 ? SessionOptions.DefaultMaxWrite : how.MaxWrite,
                AdditionalFeatures = how.WritebackCache ? FileSystemFeatures.WritebackCache : FileSystemFeatures.None,
                Owner = how.AllowRoot ? mount.Owner : null,
            });
            var started = new FuseMount(mount, session, arena, paths);
            ProcessEnd.Watch(started);
            return started;
        }
        catch (Exception e) when (e is IOException or FuseException or ArgumentException or FormatException)
        {
            Undo(mount, arena);
            DisposeQuietly((IDisposable?)adapter ?? fileSystem);
            throw e as FuseException ?? new FuseException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public Task WaitForUnmountAsync() => _ended;

    /// <inheritdoc/>
    public void LazyUnmount()
    {
        try
        {
            _mount.UnmountLazily();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Covered by another mount, or gone already: the end of the session is what the caller can wait for.
        }
    }

    /// <inheritdoc/>
    public Task<bool> UnmountAsync(int timeout = -1) => UnmountAsync(timeout, force: false);

    /// <inheritdoc/>
    public async Task<bool> UnmountAsync(int timeout, bool force)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, -1);
        LazyUnmount();
        if (force)
            _session.Stop(ShutdownReason.StopRequested);
        if (timeout == -1)
            await _ended.ConfigureAwait(false);
        else
            await Task.WhenAny(_ended, Task.Delay(timeout)).ConfigureAwait(false);
        return _ended.IsCompleted;
    }

    /// <inheritdoc/>
    public Task<bool> UnmountAsync(bool force) => UnmountAsync(-1, force);

    /// <inheritdoc/>
    public void Dispose() => LazyUnmount();

    private static void Undo(Mount? mount, Arena? arena)
    {
        try
        {
            mount?.UnmountLazily();
        }
        catch (IOException)
        {
            // Closing the connection ends it all the same; what made the start fail is what is told.
        }
        mount?.Dispose();
        arena?.Dispose();
    }

    private static void DisposeQuietly(IDisposable fileSystem)
    {
        try
        {
            fileSystem.Dispose();
        }
        catch (Exception e)
        {
            // Whoever waits for the end, or for the reason of a failed start, must get that, whatever a plug-in throws while it goes.
            System.Diagnostics.Trace.TraceError($"{fileSystem.GetType()}.Dispose: {e}");
        }
    }

    private async Task FinishAsync(Arena arena, IDisposable fileSystem)
    {
        try
        {
            await _session.Ended.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            System.Diagnostics.Trace.TraceError($"The session of {_mount.MountPoint} ended with {e}");
        }
        ProcessEnd.Forget(this);
        // After an abort the mount is still in the tree; after an unmount this does nothing.
        LazyUnmount();
        DisposeQuietly(fileSystem);
        _mount.Dispose();
        arena.Dispose();
    }
}
