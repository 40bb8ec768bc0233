using Microsoft.Extensions.Configuration;

namespace Ganglion.Kafka.Tests.Settings;

internal static class Configuration
{
    /// <summary>The section <c>Ganglion:Kafka</c>, a line for each of its keys.</summary>
    public static IConfiguration Of(string lines) => new ConfigurationBuilder()
        .AddInMemoryCollection(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2))
            .Select(parts => KeyValuePair.Create($"Ganglion:Kafka:{parts[0]}", (string?)parts[1])))
        .Build();
}
