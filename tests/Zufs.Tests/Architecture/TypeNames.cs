using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Zufs.Tests.Architecture;

/// <summary>Decodes signatures to the set of named types in them; a nested type counts as its outermost type.</summary>
internal sealed class TypeNames : ISignatureTypeProvider<ImmutableHashSet<string>, object?>
{
    private static readonly ImmutableHashSet<string> s_none = [];

    /// <summary>The outermost type's full name.</summary>
    public static string Name(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
            type = reader.GetTypeDefinition(type.GetDeclaringType());
        return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
    }

    /// <summary>The outermost type's full name.</summary>
    public static string Name(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        while (type.ResolutionScope.Kind == HandleKind.TypeReference)
            type = reader.GetTypeReference((TypeReferenceHandle)type.ResolutionScope);
        return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
    }

    public ImmutableHashSet<string> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => [Name(reader, handle)];

    public ImmutableHashSet<string> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => [Name(reader, handle)];

    public ImmutableHashSet<string> GetTypeFromSpecification(MetadataReader reader, object? context, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, context);

    public ImmutableHashSet<string> GetGenericInstantiation(ImmutableHashSet<string> type, ImmutableArray<ImmutableHashSet<string>> arguments) =>
        type.Union(arguments.SelectMany(a => a));

    public ImmutableHashSet<string> GetFunctionPointerType(MethodSignature<ImmutableHashSet<string>> signature) =>
        signature.ReturnType.Union(signature.ParameterTypes.SelectMany(p => p));

    public ImmutableHashSet<string> GetModifiedType(ImmutableHashSet<string> modifier, ImmutableHashSet<string> type, bool isRequired) => type;

    public ImmutableHashSet<string> GetArrayType(ImmutableHashSet<string> type, ArrayShape shape) => type;

    public ImmutableHashSet<string> GetByReferenceType(ImmutableHashSet<string> type) => type;

    public ImmutableHashSet<string> GetPinnedType(ImmutableHashSet<string> type) => type;

    public ImmutableHashSet<string> GetPointerType(ImmutableHashSet<string> type) => type;

    public ImmutableHashSet<string> GetSZArrayType(ImmutableHashSet<string> type) => type;

    public ImmutableHashSet<string> GetGenericMethodParameter(object? context, int index) => s_none;

    public ImmutableHashSet<string> GetGenericTypeParameter(object? context, int index) => s_none;

    public ImmutableHashSet<string> GetPrimitiveType(PrimitiveTypeCode code) => s_none;
}
