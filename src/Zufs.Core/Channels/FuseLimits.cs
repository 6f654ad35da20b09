using System.Globalization;

namespace Zufs.Channels;

/// <summary>The kernel's own limits for FUSE.</summary>
public static class FuseLimits
{
    /// <summary>What kernels without the setting (before 6.13) allow, in pages of 4 KiB: 1 MiB.</summary>
    public const int DefaultMaxPages = 256;

    /// <summary>
    /// The most pages that one request may carry, from <c>/proc/sys/fs/fuse/max_pages_limit</c> (1 to 65535); <see cref="DefaultMaxPages"/> where the
    /// file isn't there. INIT's <c>max_pages</c> is cut to it by the kernel.
    /// </summary>
    public static int MaxPages { get; } = Read("/proc/sys/fs/fuse/max_pages_limit");

    /// <summary>The most bytes that one READ or WRITE may carry.</summary>
    public static int MaxTransfer => MaxPages * Environment.SystemPageSize;

    /// <summary>The largest extended attribute, XATTR_SIZE_MAX in bytes: SETXATTR, GETXATTR and LISTXATTR need as much, however small <c>max_write</c> is.</summary>
    public const int XattrSizeMax = 65536;

    private static int Read(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int pages) && pages is > 0 and <= 65535
                ? pages
                : DefaultMaxPages;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DefaultMaxPages;
        }
    }
}
