using Ganglion.Kafka;

namespace Architecture.Deployment;

/// <summary>Variables of the environment that set properties of <see cref="KafkaBrokerOptions"/>.</summary>
internal static class KafkaSettings
{
    private const string Prefix = "Ganglion__Kafka__";

    /// <summary>Those of the variables that set no property.</summary>
    public static string[] Unknown(IEnumerable<string> variables) =>
        [.. variables.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !IsKnown(name[Prefix.Length..]))];

    private static bool IsKnown(string path) => path.Split("__").Aggregate<string, Type?>(
        typeof(KafkaBrokerOptions), (type, name) => type?.GetProperty(name)?.PropertyType) is not null;
}
