using Zufs.Interop;

namespace Zufs.FileSystems.Passthrough;

/// <content>Extended attributes, ACLs among them.</content>
public sealed partial class PassthroughFileSystem
{
    // XATTR_LIST_MAX of <linux/limits.h>.
    private const int LongestList = 65536;

    [ThreadStatic] private static byte[]? t_names;

    /// <inheritdoc/>
    public override Errno SetXAttr(in Request request, ulong node, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags, bool aclKillSgid)
    {
        Errno error = Reach(node, out NodePath path);
        using (path)
        {
            if (error == Errno.Success)
                error = BecomeChecked(request);
            if (error != Errno.Success)
                return error;
            ReadOnlySpan<byte> text = path.Text(stackalloc byte[NodePath.TextSize]);
            int result = NativeFile.SetXAttr(text, name, value, (int)flags);
            if (result >= 0 && aclKillSgid && NativeFile.Stat(path.Fd, NativeStatx.BasicStats, out NativeStatx stat) >= 0 && (stat.Mode & FileMode.S_ISGID) != 0)
                result = NativeFile.ChangeMode(text, stat.Mode & FileMode.Permissions & ~FileMode.S_ISGID);
            return Error(result);
        }
    }

    /// <inheritdoc/>
    public override Errno GetXAttr(in Request request, ulong node, ReadOnlySpan<byte> name, ref XAttrReply value)
    {
        Errno error = Reach(node, out NodePath path);
        using (path)
        {
            if (error == Errno.Success)
                error = BecomeChecked(request);
            if (error != Errno.Success)
                return error;
            int size = NativeFile.GetXAttr(path.Text(stackalloc byte[NodePath.TextSize]), name, value.IsSizeQuery ? default : value.Room);
            if (size < 0)
                return Error(size);
            value.Size = size;
            return Errno.Success;
        }
    }

    /// <inheritdoc/>
    public override Errno ListXAttr(in Request request, ulong node, ref XAttrReply names)
    {
        Errno error = Reach(node, out NodePath path);
        using (path)
        {
            if (error == Errno.Success)
                error = BecomeChecked(request);
            if (error != Errno.Success)
                return error;
            byte[] list = t_names ??= new byte[LongestList];
            int size = NativeFile.ListXAttr(path.Text(stackalloc byte[NodePath.TextSize]), list);
            if (size < 0)
                return Error(size);
            // The server sees names that only root may.
            if (request.Uid != 0)
                size = WithoutTrusted(list.AsSpan(0, size));
            return names.Set(list.AsSpan(0, size));
        }
    }

    /// <inheritdoc/>
    public override Errno RemoveXAttr(in Request request, ulong node, ReadOnlySpan<byte> name)
    {
        Errno error = Reach(node, out NodePath path);
        using (path)
        {
            if (error == Errno.Success)
                error = BecomeChecked(request);
            return error == Errno.Success ? Error(NativeFile.RemoveXAttr(path.Text(stackalloc byte[NodePath.TextSize]), name)) : error;
        }
    }

    /// <summary>Takes the names of <c>trusted.</c> out of a list.</summary>
    /// <returns>The bytes that are left.</returns>
    internal static int WithoutTrusted(Span<byte> list)
    {
        int kept = 0;
        for (int start = 0; start < list.Length;)
        {
            int length = list[start..].IndexOf((byte)0) + 1;
            if (length == 0)
                break;
            Span<byte> name = list.Slice(start, length);
            start += length;
            if (name.StartsWith("trusted."u8))
                continue;
            name.CopyTo(list[kept..]);
            kept += length;
        }
        return kept;
    }
}
