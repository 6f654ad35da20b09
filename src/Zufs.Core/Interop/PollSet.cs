using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Zufs.Interop;

/// <summary>What a single-threaded loop waits for: file descriptors, each with what is done when it can be read or has hung up.</summary>
internal sealed unsafe class PollSet
{
    private readonly List<PollDescriptor> _descriptors = [];
    private readonly List<Action> _actions = [];

    /// <summary>Empties it, to be filled anew for the next wait.</summary>
    public void Clear()
    {
        _descriptors.Clear();
        _actions.Clear();
    }

    /// <summary>Adds a descriptor.</summary>
    public void Add(SafeFileHandle file, Action whenReadable)
    {
        _descriptors.Add(new PollDescriptor { Fd = (int)file.DangerousGetHandle(), Events = LibC.POLLIN });
        _actions.Add(whenReadable);
    }

    /// <summary>Waits till something happens or the time is over, then does what belongs to it.</summary>
    /// <param name="milliseconds">-1: without a bound.</param>
    public void Wait(int milliseconds)
    {
        Span<PollDescriptor> descriptors = CollectionsMarshal.AsSpan(_descriptors);
        // SAFETY: the list isn't changed during the call, and the count is its length.
        fixed (PollDescriptor* p = descriptors)
        {
            if (LibC.poll(p, (nuint)descriptors.Length, milliseconds) <= 0)
                return;
        }
        // An action may end the loop or close a later descriptor; it looks at its own state, never at the poll's result.
        for (int i = 0; i < _descriptors.Count; i++)
        {
            if (_descriptors[i].Revents != 0)
                _actions[i]();
        }
    }
}
