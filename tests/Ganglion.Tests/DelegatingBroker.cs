using Ganglion.Brokers;

namespace Ganglion.Tests;

/// <summary>A broker that is another one in all but what a test overrides.</summary>
internal abstract class DelegatingBroker(IEventBroker broker) : IEventBroker
{
    public virtual string System => broker.System;

    public virtual ITopicAdministration Topics => broker.Topics;

    public IConsumerGroupAdministration Groups => broker.Groups;

    /// <summary>The other one.</summary>
    protected IEventBroker Inner => broker;

    public virtual ValueTask<IEventProducer> CreateProducerAsync(ProducerOptions? options = null, CancellationToken cancellationToken = default) =>
        broker.CreateProducerAsync(options, cancellationToken);

    public virtual ValueTask<IEventReader> CreateReaderAsync(ReaderOptions options, CancellationToken cancellationToken = default) =>
        broker.CreateReaderAsync(options, cancellationToken);

    public virtual ValueTask<IEventConsumer> CreateConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken = default) =>
        broker.CreateConsumerAsync(options, cancellationToken);

    public ValueTask DisposeAsync() => broker.DisposeAsync();
}
