using Ganglion.Hosting;
using Microsoft.Extensions.Configuration;

namespace Ganglion.Kafka.Settings;

/// <summary>The section of the configuration that has the settings of the cluster.</summary>
internal static class KafkaSection
{
    public const string Name = "Ganglion:Kafka";

    /// <summary>What is configured; defaults for the rest.</summary>
    /// <param name="configuration">What the host is configured with.</param>
    /// <param name="faults">Gets everything that cannot be understood.</param>
    public static KafkaBrokerOptions Read(IConfiguration? configuration, List<string> faults)
    {
        var options = new KafkaBrokerOptions();
        if (configuration is not null)
        {
            OptionsBinding.Bind(configuration.GetSection(Name), options, faults);
        }

        return options;
    }

    /// <summary>The same for another cluster's address, by whichever name there is one.</summary>
    public static KafkaBrokerOptions WithServers(this KafkaBrokerOptions options, string bootstrapServers) => options with
    {
        BootstrapServers = bootstrapServers,
        Client = options.Client.Where(setting => SettingNames.Resolve(setting.Key) != SettingNames.Servers).ToDictionary(),
    };
}
