namespace Ganglion.Brokers.Embedded;

public sealed partial class EmbeddedBroker
{
    /// <inheritdoc/>
    public IConsumerGroupAdministration Groups => throw new NotSupportedException();

    /// <inheritdoc/>
    public async ValueTask<IEventReader> CreateReaderAsync(ReaderOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return await EmbeddedReader.OpenAsync(_topics, options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IEventConsumer> CreateConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}
