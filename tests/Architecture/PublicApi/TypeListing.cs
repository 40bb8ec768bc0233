using System.Reflection;

namespace Architecture.PublicApi;

/// <summary>Lists a type and what of it others can see, a line each.</summary>
internal static class TypeListing
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Type type)
    {
        yield return Declaration(type);
        IEnumerable<string> members = type.IsEnum
            ? Enum.GetNames(type).Select(name => $"{name} = {Enum.Format(type, Enum.Parse(type, name), "d")}")
            : type.IsSubclassOf(typeof(Delegate)) ? [MemberText.Of(type.GetMethod("Invoke")!)]
            : MembersOf(type).Order(StringComparer.Ordinal);
        foreach (string member in members)
        {
            yield return "    " + member;
        }
    }

    private static string Declaration(Type type)
    {
        bool isRecord = type.GetMethods(Declared).Any(method => method.Name == "PrintMembers");
        string kind = type.IsInterface ? "interface"
            : type.IsEnum ? "enum"
            : type.IsSubclassOf(typeof(Delegate)) ? "delegate"
            : type.IsValueType ? (isRecord ? "record struct" : "struct")
            : isRecord ? "record" : "class";
        string modifiers = !type.IsClass || kind == "delegate" ? ""
            : type is { IsAbstract: true, IsSealed: true } ? "static "
            : type.IsAbstract ? "abstract "
            : type.IsSealed ? "sealed " : "";
        Type[] inherited = [.. type.GetInterfaces().Where(one => one.IsPublic && !IsEquatableOfItself(one, type))];
        Type[] above = [.. inherited.SelectMany(one => one.GetInterfaces()), .. type.BaseType?.GetInterfaces() ?? []];
        Type[] basis = type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum)
            && parent != typeof(MulticastDelegate) ? [parent] : [];
        string[] bases = [.. basis.Concat(type.IsEnum ? [] : inherited.Except(above)).Select(CSharpName.Of).Order(StringComparer.Ordinal)];
        return $"{modifiers}{kind} {CSharpName.Of(type)}{(bases.Length > 0 ? " : " + string.Join(", ", bases) : "")}";
    }

    private static IEnumerable<string> MembersOf(Type type) =>
    [
        .. type.GetConstructors(Declared).Where(IsVisible).Where(one => !one.IsStatic).Select(MemberText.Of),
        .. type.GetFields(Declared).Where(field => field.IsPublic).Select(MemberText.Of),
        .. type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsVisible) && !IsSynthesized(property)).Select(MemberText.Of),
        .. type.GetEvents(Declared).Select(one => $"event {CSharpName.Of(one.EventHandlerType!)} {one.Name}"),
        .. type.GetMethods(Declared)
            .Where(method => IsVisible(method) && !IsGenerated(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)))
            .Select(MemberText.Of),
    ];

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // What the compiler adds to records.
    private static bool IsGenerated(MemberInfo member) =>
        member.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute), inherit: false);

    private static bool IsSynthesized(PropertyInfo property) => property.Name == "EqualityContract";

    private static bool IsEquatableOfItself(Type one, Type type) =>
        one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEquatable<>) && one.GetGenericArguments()[0] == type;
}
