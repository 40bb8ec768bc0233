using Ganglion.Brokers.Listener;

namespace Ganglion.Hosting;

/// <summary>A listener for clients of Kafka, as code has set it up.</summary>
/// <param name="Configure">Makes its options of those that are configured.</param>
/// <param name="IsConfigured">Whether it looks at those.</param>
internal sealed record ListenerSetup(Func<KafkaListenerOptions, KafkaListenerOptions> Configure, bool IsConfigured);
