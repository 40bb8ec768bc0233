using Ganglion.Brokers.Listener;

namespace Ganglion.Hosting;

/// <summary>What the configuration can say about the embedded broker of a host.</summary>
internal sealed record EmbeddedBrokerSection
{
    public const string Name = "Ganglion:EmbeddedBroker";

    /// <summary>The data folder.</summary>
    public string? Folder { get; init; }

    /// <summary>How many partitions a topic gets that says nothing of them.</summary>
    public int? Partitions { get; init; }

    /// <summary>How it listens for clients of Kafka, if it does.</summary>
    public KafkaListenerOptions Listener { get; init; } = new();
}
