using System.Globalization;
using System.Reflection;

namespace Architecture.PublicApi;

/// <summary>Writes members as they would be declared.</summary>
internal static class MemberText
{
    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(ConstructorInfo constructor) =>
        $"{Protected(constructor)}{CSharpName.Of(constructor.DeclaringType!)}({Parameters(constructor)})";

    public static string Of(FieldInfo field) => field.IsLiteral
        ? $"const {CSharpName.Of(field.FieldType)} {field.Name} = {Literal(field.GetRawConstantValue())}"
        : $"{(field.IsStatic ? "static " : "")}{CSharpName.Of(Nullability.Create(field))} {field.Name}";

    public static string Of(PropertyInfo property)
    {
        MethodInfo? get = property.GetMethod;
        MethodInfo? set = property.SetMethod is { IsPublic: true } or { IsFamily: true } ? property.SetMethod : null;
        string required = property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute)) ? "required " : "";
        bool isInit = set?.ReturnParameter.GetRequiredCustomModifiers().Any(one => one.Name == "IsExternalInit") is true;
        return $"{Static(get ?? set!)}{required}{CSharpName.Of(Nullability.Create(property))} {property.Name}"
            + $" {{ {(get is null ? "" : "get; ")}{(set is null ? "" : isInit ? "init; " : "set; ")}}}";
    }

    public static string Of(MethodInfo method)
    {
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(one => one.Name))}>" : "";
        string constraints = string.Concat(method.GetGenericArguments().SelectMany(one => one.GetGenericParameterConstraints()
            .Select(constraint => $" where {one.Name} : {CSharpName.Of(constraint)}")));
        string modifiers = method.DeclaringType!.IsInterface || !method.IsAbstract ? "" : "abstract ";
        modifiers += method.GetBaseDefinition() != method ? "override " : "";
        string extension = method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute)) ? "this " : "";
        return $"{Protected(method)}{Static(method)}{modifiers}{CSharpName.Of(Nullability.Create(method.ReturnParameter))}"
            + $" {method.Name}{generic}({extension}{Parameters(method)}){constraints}";
    }

    private static string Protected(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Static(MethodBase method) => method.IsStatic ? "static " : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string direction = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        string rest = parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(System.Runtime.CompilerServices.ParamCollectionAttribute)) ? "params " : "";
        string value = !parameter.HasDefaultValue ? ""
            : parameter.DefaultValue is null && parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? " = default"
            : " = " + Literal(parameter.DefaultValue);
        return $"{rest}{direction}{CSharpName.Of(Nullability.Create(parameter))} {parameter.Name}{value}";
    }

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
