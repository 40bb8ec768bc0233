namespace Ganglion.Brokers.Embedded;

public sealed partial class EmbeddedBroker
{
    /// <inheritdoc/>
    public IConsumerGroupAdministration Groups => throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask<IEventReader> CreateReaderAsync(ReaderOptions options, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask<IEventConsumer> CreateConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}
