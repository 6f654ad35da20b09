using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Xunit;
using Zufs.Protocol;

namespace Zufs.Tests.Protocol;

public class WireLayoutTests
{
    // Fields whose names here say more than the kernel's.
    private static readonly Dictionary<string, string> s_renamed = new() { ["namelength"] = "namelen", ["lock"] = "lk" };

    public static TheoryData<Type> WireTypes()
    {
        var data = new TheoryData<Type>();
        foreach (Type type in Types())
            data.Add(type);
        return data;
    }

    [Theory]
    [MemberData(nameof(WireTypes))]
    public void A_structure_has_the_size_of_its_fact(Type type)
    {
        Assert.True(WireFacts.Structs.TryGetValue(FactName(type), out WireFacts.CStruct? fact), $"{type.Name} has no fact {FactName(type)}.");
        Assert.Equal(fact.Size, SizeOf(type));
    }

    [Theory]
    [MemberData(nameof(WireTypes))]
    public void Every_field_stands_where_the_fact_says(Type type)
    {
        WireFacts.CStruct fact = WireFacts.Structs[FactName(type)];
        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public))
        {
            string name = field.Name.ToLowerInvariant();
            name = s_renamed.GetValueOrDefault(name, name);
            WireFacts.CField? known = fact.Fields.SingleOrDefault(f => f.Name.Replace("_", "") == name);
            Assert.True(known is not null, $"{type.Name}.{field.Name} is no field of {fact.Name}.");
            Assert.Equal((field.Name, known.Offset, known.Size), (field.Name, (int)Marshal.OffsetOf(type, field.Name), SizeOf(field.FieldType)));
        }
    }

    [Fact]
    public void Every_structure_of_the_protocol_is_there()
    {
        var ours = Types().Select(FactName).ToHashSet();
        Assert.Equal([], WireFacts.Structs.Keys.Except(ours));
    }

    private static IEnumerable<Type> Types() =>
        typeof(FuseInHeader).Assembly.GetTypes().Where(type => type.Namespace == "Zufs.Protocol" && type.IsValueType && type.IsExplicitLayout);

    private static string FactName(Type type) => WireFacts.CName(type);

    private static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;
}
