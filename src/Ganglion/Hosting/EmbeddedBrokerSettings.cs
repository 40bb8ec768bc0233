using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Microsoft.Extensions.Configuration;

namespace Ganglion.Hosting;

/// <summary>How the embedded broker of a host is set up, by code and configuration together. All of it is checked before the broker is opened.</summary>
internal sealed class EmbeddedBrokerSettings
{
    private const string DefaultFolder = "data";

    /// <param name="code">What code says.</param>
    /// <param name="configuration">What the host is configured with.</param>
    /// <exception cref="EmbeddedBrokerSettingsException">Anything is wrong; the message has all of it.</exception>
    public EmbeddedBrokerSettings(EmbeddedBrokerBuilder code, IConfiguration? configuration)
    {
        var faults = new List<string>();
        var configured = new EmbeddedBrokerSection();
        if (configuration is not null)
        {
            OptionsBinding.Bind(configuration.GetSection(EmbeddedBrokerSection.Name), configured, faults);
        }

        Folder = code.Folder ?? configured.Folder ?? DefaultFolder;
        if (string.IsNullOrWhiteSpace(Folder))
        {
            faults.Add($"{EmbeddedBrokerSection.Name}:{nameof(configured.Folder)} is '{Folder}': set the path of a folder, or nothing for '{DefaultFolder}'.");
        }

        faults.AddRange(EmbeddedBrokerRules.FaultsOf(code.Options).All.Select(fault => $"{nameof(EmbeddedBrokerOptions)}:{fault}."));
        Partitions = code.Options.TopicDefaults?.Partitions ?? configured.Partitions;
        if (configured.Partitions is < 1 or > TopicRules.MaxPartitions)
        {
            faults.Add($"{EmbeddedBrokerSection.Name}:{nameof(configured.Partitions)} is {configured.Partitions}: set 1 to 10,000, or nothing for 1.");
        }

        Listeners = [.. code.Listeners.Select(listener => listener.Configure(configured.Listener))];
        faults.AddRange(code.Listeners.Zip(Listeners)
            .SelectMany(listener => KafkaListenerRules.FaultsOf(listener.Second).All.Select(fault => $"{PlaceOf(listener.First)}:{fault}."))
            .Distinct());
        if (faults.Count > 0)
        {
            throw new EmbeddedBrokerSettingsException(faults);
        }
    }

    /// <summary>The data folder, for a broker that has one.</summary>
    public string Folder { get; }

    /// <summary>How many partitions a topic gets that says nothing of them; null: as the broker has it.</summary>
    public int? Partitions { get; }

    /// <summary>Where it listens for clients of Kafka, and how.</summary>
    public IReadOnlyList<KafkaListenerOptions> Listeners { get; }

    private static string PlaceOf(ListenerSetup listener) =>
        listener.IsConfigured ? $"{EmbeddedBrokerSection.Name}:{nameof(EmbeddedBrokerSection.Listener)}" : nameof(KafkaListenerOptions);
}
