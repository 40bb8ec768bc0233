using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Ganglion.Hosting;

/// <summary>
/// Reads options from a section of the configuration. Unlike the platform's binder it reports every fault, also names that mean nothing.
/// </summary>
internal static class OptionsBinding<TOptions>
    where TOptions : class
{
    private static readonly Dictionary<string, PropertyInfo> Properties =
        typeof(TOptions).GetProperties().ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);

    public static void Bind(IConfigurationSection section, TOptions options, List<string> faults)
    {
        foreach (IConfigurationSection setting in section.GetChildren())
        {
            if (!Properties.TryGetValue(setting.Key, out PropertyInfo? property))
            {
                faults.Add($"{setting.Path} means nothing: set {string.Join(", ", Properties.Keys.Order(StringComparer.Ordinal))}.");
            }
            else if (Parse(setting.Value, property.PropertyType) is { } value)
            {
                property.SetValue(options, value);
            }
            else
            {
                faults.Add($"{setting.Path} is '{setting.Value}': set {Wanted(property.PropertyType)}.");
            }
        }
    }

    private static object? Parse(string? text, Type type) =>
        type == typeof(string) ? text
        : type.IsEnum ? Enum.TryParse(type, text, ignoreCase: true, out object? constant) && Enum.IsDefined(type, constant) ? constant : null
        : type == typeof(TimeSpan) ? TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time) ? time : null
        : type == typeof(int) ? int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long large) ? large : null;

    private static string Wanted(Type type) =>
        type == typeof(string) ? "a name"
        : type.IsEnum ? string.Join(" or ", Enum.GetNames(type))
        : type == typeof(TimeSpan) ? "a time such as 00:00:30"
        : "a whole number";
}
