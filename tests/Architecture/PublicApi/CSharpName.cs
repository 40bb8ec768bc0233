using System.Reflection;

namespace Architecture.PublicApi;

/// <summary>Writes types as C# does: <c>IReadOnlyList&lt;string?&gt;</c>, without namespaces.</summary>
internal static class CSharpName
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool",
        [typeof(byte)] = "byte", [typeof(char)] = "char", [typeof(short)] = "short", [typeof(int)] = "int", [typeof(uint)] = "uint",
        [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(double)] = "double", [typeof(decimal)] = "decimal",
    };

    public static string Of(NullabilityInfo type)
    {
        if (Nullable.GetUnderlyingType(type.Type) is { } value)
        {
            return Of(value) + "?";
        }

        bool isNullable = type.Type is { IsValueType: false, IsGenericParameter: false } && type.ReadState == NullabilityState.Nullable;
        string name = type.ElementType is { } element && type.Type.IsArray
            ? Of(element) + "[]"
            : Name(type.Type, [.. type.GenericTypeArguments.Select(Of)]);
        return isNullable ? name + "?" : name;
    }

    public static string Of(Type type) =>
        Nullable.GetUnderlyingType(type) is { } value ? Of(value) + "?"
        : type.IsByRef ? Of(type.GetElementType()!)
        : type.IsArray ? Of(type.GetElementType()!) + "[]"
        : Name(type, [.. type.GetGenericArguments().Select(Of)]);

    private static string Name(Type type, string[] arguments)
    {
        type = type.IsByRef ? type.GetElementType()! : type;
        string name = Keywords.GetValueOrDefault(type) ?? type.Name.Split('`')[0];
        if (type is { IsNested: true, IsGenericParameter: false })
        {
            name = Of(type.DeclaringType!) + "." + name;
        }

        return arguments.Length == 0 ? name : $"{name}<{string.Join(", ", arguments)}>";
    }
}
