using Zufs.Interop;

namespace Zufs.FileSystems.Passthrough;

/// <summary>
/// Who the calling server thread is to the backing. It changes only when the next operation needs another identity than the last one.
/// Everything here is the thread's own.
/// </summary>
internal sealed class CallerIdentity
{
    private const int MaxGroups = 1024;

    [ThreadStatic] private static CallerIdentity? t_current;

    private readonly bool _canChange;
    private readonly uint _serverUid;
    private readonly uint[] _groups = new uint[MaxGroups];
    private int _groupCount = -1;
    private uint _uid;
    private uint _gid;
    private uint _umask = uint.MaxValue;
    private readonly bool _ownsUmask;

    private CallerIdentity(bool canChange)
    {
        _canChange = canChange;
        _serverUid = _uid = LibC.geteuid();
        _gid = LibC.getegid();
        // Without it the umask is the process's, which was set to 0 and stays so.
        _ownsUmask = NativeIdentity.LeaveSharedUmask();
        // It would let everybody pass quotas.
        if (canChange)
            NativeIdentity.SetEffective(NativeIdentity.CAP_SYS_RESOURCE, false);
    }

    /// <summary>The calling thread's.</summary>
    /// <param name="canChange">Whether this process may act as others.</param>
    public static CallerIdentity Current(bool canChange) => t_current ??= new CallerIdentity(canChange);

    /// <summary>Becomes the server's user, who may do everything that the server may.</summary>
    public void BecomeServer()
    {
        if (!_canChange || _uid == _serverUid)
            return;
        NativeIdentity.SetUser(_serverUid);
        _uid = _serverUid;
    }

    /// <summary>Becomes the caller.</summary>
    /// <param name="uid">The caller's user.</param>
    /// <param name="gid">The caller's group.</param>
    /// <param name="groups">Further groups.</param>
    public Errno Become(uint uid, uint gid, ReadOnlySpan<uint> groups)
    {
        if (!_canChange)
            return Errno.Success;
        if (uid == uint.MaxValue || gid == uint.MaxValue)
            return Errno.EOVERFLOW;
        groups = groups[..Math.Min(groups.Length, MaxGroups)];
        if (!groups.SequenceEqual(_groups.AsSpan(0, Math.Max(_groupCount, 0))) || _groupCount < 0)
        {
            int error = NativeIdentity.SetGroups(groups);
            if (error < 0)
                return (Errno)(-error);
            groups.CopyTo(_groups);
            _groupCount = groups.Length;
        }
        if (gid != _gid)
            NativeIdentity.SetGroup(gid);
        _gid = gid;
        if (uid != _uid)
            NativeIdentity.SetUser(uid);
        _uid = uid;
        return Errno.Success;
    }

    /// <summary>Applies a umask to what this thread makes from here on.</summary>
    /// <param name="umask">The caller's.</param>
    /// <returns>What is left to be cleared by the caller of this: all of it where threads share a umask, else nothing.</returns>
    public uint ApplyUmask(uint umask)
    {
        if (!_ownsUmask)
            return umask;
        if (umask != _umask)
            NativeIdentity.SetUmask(umask);
        _umask = umask;
        return 0;
    }

    /// <summary>Gives up, or takes back, the right to keep set-ID bits of files that are changed.</summary>
    public void KeepSetIds(bool keep)
    {
        if (_canChange)
            NativeIdentity.SetEffective(NativeIdentity.CAP_FSETID, keep);
    }
}
