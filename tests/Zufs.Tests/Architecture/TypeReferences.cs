using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Zufs.Tests.Architecture;

/// <summary>Which types an assembly's types use: bases, interfaces, members' signatures, locals, and every token in a method's body.</summary>
internal sealed class TypeReferences : IDisposable
{
    private static readonly Dictionary<int, OpCode> s_opCodes = typeof(OpCodes).GetFields()
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(o => o.Value & 0xFFFF);

    private readonly PEReader _file;
    private readonly MetadataReader _reader;
    private readonly TypeNames _names;

    private TypeReferences(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _reader = _file.GetMetadataReader();
        _names = new TypeNames();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Reads an assembly.</summary>
    /// <param name="path">The assembly.</param>
    /// <returns>Pairs of full names (a nested type's is its outermost type's), each once, none twice the same.</returns>
    public static IReadOnlySet<(string User, string Used)> Read(string path)
    {
        using var references = new TypeReferences(path);
        return references.ReadAll();
    }

    private HashSet<(string User, string Used)> ReadAll()
    {
        var pairs = new HashSet<(string, string)>();
        foreach (var handle in _reader.TypeDefinitions)
        {
            var user = TypeNames.Name(_reader, handle);
            foreach (var used in ReadType(_reader.GetTypeDefinition(handle)))
            {
                if (used != user)
                    pairs.Add((user, used));
            }
        }

        return pairs;
    }

    private HashSet<string> ReadType(TypeDefinition type)
    {
        var used = new HashSet<string>();
        Add(used, type.BaseType);
        foreach (var implementation in type.GetInterfaceImplementations())
            Add(used, _reader.GetInterfaceImplementation(implementation).Interface);
        foreach (var field in type.GetFields())
            used.UnionWith(_reader.GetFieldDefinition(field).DecodeSignature(_names, null));
        foreach (var handle in type.GetMethods())
        {
            var method = _reader.GetMethodDefinition(handle);
            AddSignature(used, method.DecodeSignature(_names, null));
            if (method.RelativeVirtualAddress != 0)
                AddBody(used, _file.GetMethodBody(method.RelativeVirtualAddress));
        }

        return used;
    }

    private void AddBody(HashSet<string> used, MethodBodyBlock body)
    {
        if (!body.LocalSignature.IsNil)
        {
            foreach (var local in _reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_names, null))
                used.UnionWith(local);
        }

        var il = body.GetILReader();
        while (il.RemainingBytes > 0)
        {
            int value = il.ReadByte();
            if (value == 0xFE)
                value = value << 8 | il.ReadByte();
            var kind = s_opCodes[value].OperandType;
            if (kind is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                Add(used, MetadataTokens.EntityHandle(il.ReadInt32()));
            else
                il.Offset += OperandSize(kind, il);
        }
    }

    private static int OperandSize(OperandType kind, BlobReader il) => kind switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * il.ReadInt32()),
        _ => 4,
    };

    private void Add(HashSet<string> used, EntityHandle handle)
    {
        if (handle.IsNil)
            return;
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                used.Add(TypeNames.Name(_reader, (TypeDefinitionHandle)handle));
                break;
            case HandleKind.TypeReference:
                used.Add(TypeNames.Name(_reader, (TypeReferenceHandle)handle));
                break;
            case HandleKind.TypeSpecification:
                used.UnionWith(_reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_names, null));
                break;
            case HandleKind.MethodDefinition:
                Add(used, _reader.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                Add(used, _reader.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                Add(used, _reader.GetMemberReference((MemberReferenceHandle)handle).Parent);
                break;
            case HandleKind.MethodSpecification:
                var specification = _reader.GetMethodSpecification((MethodSpecificationHandle)handle);
                Add(used, specification.Method);
                foreach (var argument in specification.DecodeSignature(_names, null))
                    used.UnionWith(argument);
                break;
        }
    }

    private static void AddSignature(HashSet<string> used, MethodSignature<ImmutableHashSet<string>> signature)
    {
        used.UnionWith(signature.ReturnType);
        foreach (var parameter in signature.ParameterTypes)
            used.UnionWith(parameter);
    }
}
