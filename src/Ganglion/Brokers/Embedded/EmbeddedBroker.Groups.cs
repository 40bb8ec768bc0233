using Ganglion.Brokers.Embedded.Groups;
using Ganglion.Brokers.Embedded.Reading;

namespace Ganglion.Brokers.Embedded;

public sealed partial class EmbeddedBroker
{
    private readonly GroupCoordinator _coordinator;
    private readonly GroupAdministration _groups;

    /// <inheritdoc/>
    public IConsumerGroupAdministration Groups => _groups;

    /// <inheritdoc/>
    public async ValueTask<IEventReader> CreateReaderAsync(ReaderOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return await EmbeddedReader.OpenAsync(_topics, options, _closing.Token, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IEventConsumer> CreateConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ConsumerRules.Check(options);
        _topics.CreateMissing(options.Topics);
        return new(new EmbeddedConsumer(
            options, _coordinator, _topics, NewProducer(fence: null, isOwn: false, _metrics), _metrics, _options.TimeProvider));
    }
}
