using System.Reflection;
using Tmds.Linux;
using Xunit;
using static Tmds.Linux.LibC;

namespace Zufs.Tests.FuseShim.Tmds;

/// <summary>The types' conversions: exactly those, since one more makes existing sources ambiguous.</summary>
public class LibCTypesTests
{
    // name, size, implicit from, implicit to, explicit from, explicit to
    public static TheoryData<string, int, string, string, string, string> Types => new()
    {
        { "mode_t", 4, "UInt16", "", "", "UInt16" },
        { "uid_t", 4, "UInt32", "UInt32", "", "" },
        { "gid_t", 4, "UInt32", "UInt32", "", "" },
        { "pid_t", 4, "Int32", "Int32", "", "" },
        { "dev_t", 8, "UInt64", "UInt64", "", "" },
        { "ino_t", 8, "UInt64", "UInt64", "", "" },
        { "nlink_t", 8, "UInt64", "UInt64", "", "" },
        { "fsblkcnt_t", 8, "UInt64", "UInt64", "", "" },
        { "fsfilcnt_t", 8, "UInt64", "UInt64", "", "" },
        { "off_t", 8, "Int64", "Int64", "", "" },
        { "blkcnt_t", 8, "Int64", "Int64", "", "" },
        { "blksize_t", 8, "Int64", "Int64", "", "" },
        { "time_t", 8, "Int64", "Int64", "", "" },
        { "clock_t", 8, "Int64", "Int64", "", "" },
        { "ulong_t", 8, "UInt32", "UInt64", "UInt64", "UInt32" },
        { "long_t", 8, "Int32", "Int64", "Int64", "Int32" },
        { "size_t", 8, "Int32 UInt16 UInt32", "UInt64", "UInt64", "Int32 UInt32" },
        { "ssize_t", 8, "Int32", "Int64", "Int64", "Int32 size_t" },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void A_type_converts_from_and_to_these_only(string name, int size, string implicitFrom, string implicitTo, string explicitFrom, string explicitTo)
    {
        Type type = typeof(mode_t).Assembly.GetType("Tmds.Linux." + name)!;
        Assert.Equal(implicitFrom, From(type, "op_Implicit"));
        Assert.Equal(implicitTo, To(type, "op_Implicit"));
        Assert.Equal(explicitFrom, From(type, "op_Explicit"));
        Assert.Equal(explicitTo, To(type, "op_Explicit"));
        Assert.Equal(size, System.Runtime.InteropServices.Marshal.SizeOf(type));
        FieldInfo field = Assert.Single(type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic));
        Assert.Equal("__value", field.Name);
    }

    [Fact]
    public void A_mode_is_made_of_constants_and_literals_and_prints_decimal()
    {
        mode_t mode = S_IFDIR | 0b111_101_101;
        Assert.Equal("16877", mode.ToString());
        Assert.Equal(0b111_101_101, (ushort)(mode & ~S_IFMT));
        Assert.True(S_ISDIR(mode));
        Assert.False(S_ISREG(mode));
    }

    [Fact]
    public void Counts_and_sizes_are_reckoned_with_as_numbers()
    {
        nlink_t links = 1;
        links++;
        off_t size = 10;
        size += 5;
        fsblkcnt_t blocks = 1000ul;
        Assert.Equal(2ul, (ulong)links);
        Assert.True(size > 14 && size <= 15L);
        Assert.Equal(333ul, (ulong)(blocks / 3));
        Assert.Equal(-15L, (long)-size);
        Assert.Equal(long.MinValue, (long)((off_t)long.MaxValue + 1));
    }

    [Fact]
    public void Times_compare_by_both_fields()
    {
        var time = new timespec { tv_sec = 1, tv_nsec = 2 };
        Assert.True(time == new timespec { tv_sec = 1, tv_nsec = 2 });
        Assert.True(time != new timespec { tv_sec = 1, tv_nsec = 3 });
    }

    private static string From(Type type, string conversion) => Join(Conversions(type, conversion).Where(m => m.ReturnType == type).Select(m => m.GetParameters()[0].ParameterType));

    private static string To(Type type, string conversion) => Join(Conversions(type, conversion).Where(m => m.ReturnType != type).Select(m => m.ReturnType));

    private static IEnumerable<MethodInfo> Conversions(Type type, string conversion) => type.GetMethods().Where(m => m.Name == conversion);

    private static string Join(IEnumerable<Type> types) => string.Join(' ', types.Select(t => t.Name).Order(StringComparer.Ordinal));
}
