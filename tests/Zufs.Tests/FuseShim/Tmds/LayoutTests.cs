using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tmds.Fuse;
using Tmds.Linux;
using Xunit;

namespace Zufs.Tests.FuseShim.Tmds;

/// <summary>Structures and constants against those of the C compiler of this machine.</summary>
public class LayoutTests
{
    private const string Headers = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <stddef.h>
        #include <stdio.h>
        #include <string.h>
        #include <sys/stat.h>
        #include <sys/statvfs.h>
        #include <unistd.h>

        """;

    [Theory]
    [InlineData(typeof(stat))]
    [InlineData(typeof(statvfs))]
    [InlineData(typeof(timespec))]
    public void A_structure_has_the_size_and_offsets_of_C(Type type)
    {
        FieldInfo[] fields = type.GetFields();
        var c = CCompiler.Run($$"""
            {{Headers}}
            int main(void)
            {
            	printf("sizeof %zu\n", sizeof(struct {{type.Name}}));
            	{{string.Join("\n\t", fields.Select(f => $"printf(\"{f.Name} %zu\\n\", offsetof(struct {type.Name}, {f.Name}));"))}}
            }
            """);
        Assert.Equal(c["sizeof"], Marshal.SizeOf(type));
        Assert.All(fields, f => Assert.Equal((f.Name, c[f.Name]), (f.Name, (long)Marshal.OffsetOf(type, f.Name))));
    }

    [Fact]
    public void FuseFileInfo_is_the_head_of_libfuses()
    {
        // Bit-fields have no offset: each is set alone, and the word they share is printed.
        string[] bits = ["writepage", "direct_io", "keep_cache"];
        var c = CCompiler.Run($$"""
            {{Headers}}
            #include <stdint.h>
            struct fuse_file_info {
            	int flags;
            	unsigned int writepage : 1, direct_io : 1, keep_cache : 1, flush : 1, nonseekable : 1, flock_release : 1, cache_readdir : 1, noflush : 1;
            	unsigned int padding : 24, padding2 : 32;
            	uint64_t fh;
            	uint64_t lock_owner;
            	uint32_t poll_events;
            };
            int main(void)
            {
            	struct fuse_file_info fi;
            	unsigned int word;
            	printf("sizeof %zu\n", sizeof(fi));
            	{{string.Join("\n\t", new[] { "flags", "fh", "lock_owner", "poll_events" }.Select(f => $"printf(\"{f} %zu\\n\", offsetof(struct fuse_file_info, {f}));"))}}
            	{{string.Join("\n\t", bits.Select(b => $"memset(&fi, 0, sizeof(fi)); fi.{b} = 1; memcpy(&word, (char *)&fi + 4, 4); printf(\"{b} %u\\n\", word);"))}}
            }
            """);
        Assert.Equal(c["sizeof"], Unsafe.SizeOf<FuseFileInfo>());
        Assert.Equal(1, Bytes(new FuseFileInfo { flags = 1 })[(int)c["flags"]]);
        Assert.Equal(1, Bytes(new FuseFileInfo { fh = 1 })[(int)c["fh"]]);
        Assert.Equal(1, Bytes(new FuseFileInfo { lock_owner = 1 })[(int)c["lock_owner"]]);
        Assert.Equal(1, Bytes(new FuseFileInfo { poll_events = 1 })[(int)c["poll_events"]]);
        Assert.Equal(c["writepage"], Bytes(new FuseFileInfo { writepage = true })[4]);
        Assert.Equal(c["direct_io"], Bytes(new FuseFileInfo { direct_io = true })[4]);
        Assert.Equal(c["keep_cache"], Bytes(new FuseFileInfo { keep_cache = true })[4]);
    }

    [Fact]
    public void Setting_keep_cache_sets_nothing_else()
    {
        var fi = new FuseFileInfo { keep_cache = true };
        Assert.True(fi.keep_cache);
        Assert.False(fi.writepage);
        Assert.False(fi.direct_io);
        fi.keep_cache = false;
        Assert.Equal(new byte[40], Bytes(fi));
    }

    [Fact]
    public void Every_constant_has_the_value_of_C()
    {
        PropertyInfo[] constants = [.. typeof(LibC).GetProperties().Where(p => p.Name != nameof(LibC.errno))];
        var c = CCompiler.Run($$"""
            {{Headers}}
            int main(void)
            {
            	{{string.Join("\n\t", constants.Select(p => $"printf(\"{p.Name} %lld\\n\", (long long){p.Name});"))}}
            }
            """);
        Assert.Equal(134, constants.Count(p => p.Name.StartsWith('E')));
        Assert.All(constants, p => Assert.Equal((p.Name, c[p.Name].ToString()), (p.Name, p.GetValue(null)!.ToString())));
    }

    [Fact]
    public void Constants_are_properties_and_modes_are_mode_t()
    {
        Assert.Empty(typeof(LibC).GetFields());
        Assert.All(typeof(LibC).GetProperties(), p => Assert.False(p.CanWrite));
        Assert.All(typeof(LibC).GetProperties().Where(p => p.Name.StartsWith("S_", StringComparison.Ordinal)), p => Assert.Equal(typeof(mode_t), p.PropertyType));
    }

    private static byte[] Bytes(FuseFileInfo fi) => MemoryMarshal.AsBytes(new Span<FuseFileInfo>(ref fi)).ToArray();
}
