using System.Globalization;
using System.Net;
using System.Reflection;
using Ganglion.Brokers.Listener;
using Microsoft.Extensions.Configuration;

namespace Ganglion.Hosting;

/// <summary>
/// Reads options from a section of the configuration. Unlike the platform's binder it reports every fault, also names that mean nothing.
/// </summary>
internal static class OptionsBinding
{
    /// <summary>Sets the properties for which the section has values; those of options within options from sections within it.</summary>
    /// <param name="section">The section.</param>
    /// <param name="options">The options. What is within them is changed in place.</param>
    /// <param name="faults">Gets everything that cannot be understood, by key. A text is never told, since it may be a password.</param>
    public static void Bind(IConfigurationSection section, object options, List<string> faults)
    {
        Dictionary<string, PropertyInfo> properties = PropertiesOf(options);
        foreach (IConfigurationSection setting in section.GetChildren())
        {
            if (!properties.TryGetValue(setting.Key, out PropertyInfo? property))
            {
                faults.Add($"{setting.Path} means nothing: set {string.Join(", ", properties.Keys.Order(StringComparer.Ordinal))}.");
            }
            else if (IsSection(property))
            {
                Bind(setting, Within(options, property), faults);
            }
            else if (property.PropertyType == typeof(IReadOnlyDictionary<string, string>))
            {
                property.SetValue(options, Merge((IReadOnlyDictionary<string, string>)property.GetValue(options)!, setting, faults));
            }
            else if (Parse(setting.Value, TypeOf(property)) is { } value)
            {
                property.SetValue(options, value);
            }
            else
            {
                faults.Add($"{setting.Path} is '{setting.Value}': set {Wanted(TypeOf(property))}.");
            }
        }
    }

    private static Dictionary<string, PropertyInfo> PropertiesOf(object options) => options.GetType().GetProperties()
        .Where(property => property.CanWrite && (IsSection(property) || IsValue(TypeOf(property)) || property.PropertyType == typeof(IReadOnlyDictionary<string, string>)))
        .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);

    // Options within options are of the same assembly, what they are given by code, such as a clock, is not.
    private static bool IsSection(PropertyInfo property) =>
        property.PropertyType.IsClass && property.PropertyType.Assembly == property.DeclaringType!.Assembly;

    // Those that are not there by default, such as of TLS, come with the first that is set of them.
    private static object Within(object options, PropertyInfo property)
    {
        object? within = property.GetValue(options);
        if (within is null)
        {
            within = Activator.CreateInstance(property.PropertyType)!;
            property.SetValue(options, within);
        }

        return within;
    }

    private static bool IsValue(Type type) =>
        type.IsEnum || type == typeof(string) || type == typeof(IPEndPoint) || type == typeof(TimeSpan) || type == typeof(bool) || type == typeof(int) || type == typeof(long) || type == typeof(decimal);

    private static Type TypeOf(PropertyInfo property) => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> known, IConfigurationSection section, List<string> faults)
    {
        var merged = new Dictionary<string, string>(known);
        foreach (IConfigurationSection setting in section.GetChildren())
        {
            if (setting.Value is { } value)
            {
                merged[setting.Key] = value;
            }
            else
            {
                faults.Add($"{setting.Path} has no value: set a text, under a name in one piece.");
            }
        }

        return merged;
    }

    private static object? Parse(string? text, Type type) =>
        type == typeof(string) ? text
        : type.IsEnum ? ParseConstant(text, type)
        : type == typeof(TimeSpan) ? ParseTime(text)
        : type == typeof(IPEndPoint) ? KafkaListenerRules.TryParseEndPoint(text, out IPEndPoint? endPoint) ? endPoint : null
        : type == typeof(bool) ? bool.TryParse(text, out bool condition) ? condition : null
        : type == typeof(int) ? int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null
        : type == typeof(decimal) ? decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal amount) ? amount : null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long large) ? large : null;

    // A number by itself would be days, which nobody means.
    private static TimeSpan? ParseTime(string? text) =>
        text is not null && text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time) ? time : null;

    // In the manner of other systems, too: SASL_SSL, SCRAM-SHA-512.
    private static object? ParseConstant(string? text, Type type) =>
        Enum.TryParse(type, text?.Replace("_", "").Replace("-", ""), ignoreCase: true, out object? constant)
        && (Enum.IsDefined(type, constant) || (CanBeSeveral(type) && text!.Contains(',')))
            ? constant
            : null;

    private static bool CanBeSeveral(Type type) => type.IsDefined(typeof(FlagsAttribute), inherit: false);

    private static string Wanted(Type type) =>
        type == typeof(string) ? "a text"
        : type.IsEnum ? $"{string.Join(" or ", Enum.GetNames(type))}{(CanBeSeveral(type) ? ", or several separated by commas" : "")}"
        : type == typeof(TimeSpan) ? "a time such as 00:00:30"
        : type == typeof(IPEndPoint) ? "an IP address and a port, such as 127.0.0.1:9092 or [::1]:9092"
        : type == typeof(bool) ? "true or false"
        : type == typeof(decimal) ? "a number such as 0.5"
        : "a whole number";
}
