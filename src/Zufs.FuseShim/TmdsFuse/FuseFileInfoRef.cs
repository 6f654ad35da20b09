namespace Tmds.Fuse;

/// <summary>The open file that a request came by, or none. Valid during the call only.</summary>
public ref struct FuseFileInfoRef
{
    private readonly Span<FuseFileInfo> _fi;

    /// <summary>Refers to an open file.</summary>
    /// <param name="fi">One element, or empty for none.</param>
    public FuseFileInfoRef(Span<FuseFileInfo> fi) => _fi = fi;

    /// <summary>Whether the request came by path, without an open file.</summary>
    public bool IsNull => _fi.IsEmpty;

    /// <summary>The open file.</summary>
    /// <exception cref="NullReferenceException">There is none (<see cref="IsNull"/>).</exception>
    public ref FuseFileInfo Value
    {
        get
        {
            if (_fi.IsEmpty)
                throw new NullReferenceException("The request came by path, without an open file: look at IsNull first.");
            return ref _fi[0];
        }
    }
}
