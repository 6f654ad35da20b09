using System.Runtime.Serialization;

namespace Tmds.Fuse;

/// <summary>A file system couldn't be mounted. The message says what is missing.</summary>
[Serializable]
public class FuseException : Exception
{
    /// <summary>Without a message.</summary>
    public FuseException()
    {
    }

    /// <summary>With a message.</summary>
    /// <param name="message">What is wrong.</param>
    public FuseException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="inner">The cause.</param>
    public FuseException(string message, Exception inner)
        : base(message, inner)
    {
    }

    // The surface that programs are compiled against has it, though nothing serialises exceptions any more.
#pragma warning disable SYSLIB0051
    /// <summary>From a serialised form.</summary>
    /// <param name="info">The form.</param>
    /// <param name="context">Where it comes from.</param>
    protected FuseException(SerializationInfo info, StreamingContext context)
        : base(info, context)
    {
    }
#pragma warning restore SYSLIB0051
}
