using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Hosting;

/// <summary>Sends events from application code: from an endpoint, a job, a test. Agents send by their context instead.</summary>
public interface IEventPublisher
{
    /// <summary>Sends data as a new event; completes when it is acknowledged.</summary>
    /// <typeparam name="TData">The type of the data.</typeparam>
    /// <param name="channel">Where to; it is also the event's type.</param>
    /// <param name="data">The data; <see langword="null"/>: an event without data.</param>
    /// <param name="key">Decides the partition, and by default the instance that handles it. <see langword="null"/>: no key.</param>
    /// <param name="cancellationToken">Gives up waiting; the event may have been sent.</param>
    /// <returns>Where the event lies.</returns>
    /// <inheritdoc cref="IEventProducer.AppendAsync(ProducerRecord, CancellationToken)" path="/exception"/>
    ValueTask<TopicPartitionOffset> PublishAsync<TData>(
        string channel, TData data, string? key = null, CancellationToken cancellationToken = default);

    /// <summary>Sends an event as it is; completes when it is acknowledged.</summary>
    /// <param name="channel">Where to.</param>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="key">Decides the partition where the event has no <see cref="CloudEvent.PartitionKey"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the event may have been sent.</param>
    /// <returns>Where the event lies.</returns>
    /// <inheritdoc cref="IEventProducer.AppendAsync(ProducerRecord, CancellationToken)" path="/exception"/>
    ValueTask<TopicPartitionOffset> PublishAsync(
        string channel, CloudEvent cloudEvent, string? key = null, CancellationToken cancellationToken = default);
}
