using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Zufs.Tests.ApiSurface;

/// <summary>
/// Writes what a program outside can see of an assembly, one member a line, sorted: types, members, parameter names and defaults. What is
/// not in here can change freely.
/// </summary>
internal static class ApiDump
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        AssemblyName name = assembly.GetName();
        text.Append(CultureInfo.InvariantCulture, $"assembly {name.Name} {name.Version}\n");
        foreach (Type type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append('\n').Append(Header(type)).Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal))
                text.Append("    ").Append(member).Append('\n');
        }
        return text.ToString();
    }

    private static string Header(Type type)
    {
        string kind = type.IsInterface ? "interface"
            : type.IsEnum ? "enum"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type.IsValueType ? (type.IsByRefLike ? "ref struct" : "struct")
            : (type.IsAbstract && type.IsSealed) ? "static class"
            : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        var bases = new List<string>();
        if (type.IsEnum)
            bases.Add(NameOf(Enum.GetUnderlyingType(type)));
        else if (type.BaseType is { } b && b != typeof(object) && b != typeof(ValueType))
            bases.Add(NameOf(b));
        if (!type.IsEnum)
            bases.AddRange(type.GetInterfaces().Select(NameOf).Order(StringComparer.Ordinal));
        return $"{kind} {type.Namespace}.{NameOf(type)}{(bases.Count > 0 ? " : " + string.Join(", ", bases) : "")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        foreach (ConstructorInfo c in type.GetConstructors(Declared).Where(c => IsVisible(c) && !c.IsStatic))
            yield return $"{Access(c)}.ctor({Parameters(c)})";
        foreach (FieldInfo f in type.GetFields(Declared).Where(f => (f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly) && !f.IsSpecialName))
            yield return Field(f);
        foreach (PropertyInfo p in type.GetProperties(Declared))
        {
            if (Property(p) is { } line)
                yield return line;
        }
        foreach (EventInfo e in type.GetEvents(Declared).Where(e => e.AddMethod is { } a && IsVisible(a)))
            yield return $"event {NameOf(e.EventHandlerType!)} {e.Name}";
        foreach (MethodInfo m in type.GetMethods(Declared).Where(m => IsVisible(m) && !IsAccessor(m) && !m.IsDefined(typeof(CompilerGeneratedAttribute))))
            yield return $"{Access(m)}{Modifier(m)}{Returns(m)} {m.Name}{Generics(m)}({Parameters(m)})";
    }

    private static string Field(FieldInfo f)
    {
        string kind = f.IsLiteral ? (f.DeclaringType!.IsEnum ? "" : "const ") : (f.IsStatic ? "static " : "") + (f.IsInitOnly ? "readonly " : "");
        string value = f.IsLiteral ? " = " + Constant(f.GetRawConstantValue()) : "";
        string type = f.DeclaringType!.IsEnum && f.IsLiteral ? "" : NameOf(f.FieldType) + " ";
        return $"{(f.IsPublic ? "" : "protected ")}{kind}{type}{f.Name}{value}";
    }

    private static string? Property(PropertyInfo p)
    {
        var visible = p.GetAccessors(nonPublic: true).Where(IsVisible).ToArray();
        if (visible.Length == 0)
            return null;
        MethodInfo first = visible[0];
        bool isInit = p.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        string accessors = string.Concat(visible.Select(a => a == p.GetMethod ? "get; " : isInit ? "init; " : "set; "));
        string index = p.GetIndexParameters() is { Length: > 0 } i ? $"[{string.Join(", ", i.Select(Parameter))}]" : "";
        return $"{Access(first)}{Modifier(first)}{NameOf(p.PropertyType)} {p.Name}{index} {{ {accessors}}}";
    }

    private static bool IsAccessor(MethodInfo m) => m.IsSpecialName && !m.Name.StartsWith("op_", StringComparison.Ordinal);

    private static bool IsVisible(MethodBase m) => m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly;

    private static string Access(MethodBase m) => m.IsPublic ? "" : "protected ";

    private static string Modifier(MethodInfo m)
    {
        if (m.IsStatic)
            return "static ";
        if (m.DeclaringType!.IsInterface)
            return m.IsAbstract ? "" : "default ";
        if (!m.IsVirtual || (m.IsFinal && m.GetBaseDefinition() == m))
            return "";
        string sealedWord = m.IsFinal ? "sealed " : "";
        return sealedWord + (m.IsAbstract ? "abstract " : m.GetBaseDefinition() == m ? "virtual " : "override ");
    }

    private static string Returns(MethodInfo m) => NameOf(m.ReturnType);

    private static string Generics(MethodInfo m) => m.IsGenericMethodDefinition ? $"<{string.Join(", ", m.GetGenericArguments().Select(NameOf))}>" : "";

    private static string Parameters(MethodBase m)
    {
        string extension = m.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return extension + string.Join(", ", m.GetParameters().Select(Parameter));
    }

    private static string Parameter(ParameterInfo p)
    {
        string by = !p.ParameterType.IsByRef ? "" : p.IsOut ? "out " : p.IsIn ? "in " : "ref ";
        Type type = p.ParameterType.IsByRef ? p.ParameterType.GetElementType()! : p.ParameterType;
        string value = p.HasDefaultValue ? " = " + Constant(p.RawDefaultValue) : "";
        return $"{by}{NameOf(type)} {p.Name}{value}";
    }

    private static string Constant(object? value) => value switch
    {
        null => "null",
        string s => $"\"{s}\"",
        bool b => b ? "true" : "false",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string NameOf(Type type)
    {
        if (type.IsByRef)
            return "ref " + NameOf(type.GetElementType()!);
        if (type.IsPointer)
            return NameOf(type.GetElementType()!) + "*";
        if (type.IsArray)
            return NameOf(type.GetElementType()!) + "[]";
        if (type.IsGenericParameter)
            return type.Name;
        string name = type.IsNested ? NameOf(type.DeclaringType!) + "." + type.Name : type.Name;
        int tick = name.IndexOf('`');
        if (tick < 0)
            return name;
        return $"{name[..tick]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
    }
}
