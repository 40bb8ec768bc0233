using Ganglion.Brokers;
using Ganglion.Kafka.Groups;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Producing;
using Ganglion.Kafka.Reading;
using Ganglion.Kafka.Topics;
using Microsoft.Extensions.Logging;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka;

/// <summary>
/// A cluster of Apache Kafka as the broker: idempotent producers, transactions for atomic commits, readers that see committed records only.
/// </summary>
public sealed class KafkaBroker : IEventBroker
{
    private readonly KafkaBrokerOptions _options;
    private readonly ClientSettings _settings;
    private readonly Client.IAdminClient _administration;
    private readonly KafkaTopicAdministration _topics;
    private readonly SharedProducer _producer;
    private readonly FetcherPool _fetchers;
    private readonly MemberRegistry _members = new();
    private int _isDisposed;

    private KafkaBroker(KafkaBrokerOptions options)
    {
        _options = options;
        _settings = new ClientSettings(options);
        _administration = new Client.AdminClientBuilder(_settings.ForAdministration("ganglion")).Build();
        _topics = new KafkaTopicAdministration(_administration, options, options.LoggerFactory.CreateLogger<KafkaTopicAdministration>());
        _producer = new SharedProducer(() => OpenProducer(_settings.ForProducer("ganglion")));
        _fetchers = new FetcherPool(() => new Fetcher(
            OpenConsumer(_settings.ForFetcher("ganglion")), options.LoggerFactory.CreateLogger<Fetcher>()));
        Groups = new KafkaConsumerGroupAdministration(
            _administration, groupId => OpenConsumer(_settings.ForGroup("ganglion", groupId)), _topics, options);
    }

    /// <inheritdoc/>
    public string System => "kafka";

    /// <inheritdoc/>
    public ITopicAdministration Topics => _topics;

    /// <inheritdoc/>
    public IConsumerGroupAdministration Groups { get; }

    /// <summary>How many partitions are not fetched at present because their readers are behind.</summary>
    internal int HeldBack => _fetchers.HeldBack;

    /// <summary>Makes the broker of a cluster. The cluster is reached with the first call, and need not be there yet.</summary>
    /// <param name="options">Where it is, and how to behave there.</param>
    /// <exception cref="NativeClientException">The native client is missing, or too old (<c>librdkafka-missing</c>, <c>librdkafka-too-old</c>).</exception>
    public static KafkaBroker Open(KafkaBrokerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        NativeClient.Load();
        return new KafkaBroker(options);
    }

    /// <inheritdoc/>
    public async ValueTask<IEventProducer> CreateProducerAsync(ProducerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ProducerOptions();
        bool isFenced = options.TransactionalId is not null;
        string name = options.TransactionalId ?? $"{options.ClientId}-{Guid.NewGuid()}";
        var transactions = new TransactionalProducer(
            () => OpenProducer(_settings.ForTransactions(options.ClientId, name)), name, _options.RequestTimeout);
        if (isFenced)
        {
            await transactions.OpenAsync(cancellationToken).ConfigureAwait(false);
        }

        return new KafkaProducer(_producer, transactions, _members, isFenced);
    }

    /// <inheritdoc/>
    public async ValueTask<IEventReader> CreateReaderAsync(ReaderOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(options.From.Count, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxBytes, nameof(options));
        var from = new Dictionary<TopicPartition, long>();
        foreach ((TopicPartition partition, OffsetPosition position) in options.From)
        {
            from[partition] = await FindStartAsync(partition, position, cancellationToken).ConfigureAwait(false);
        }

        return new KafkaReader(_fetchers, from, options.MaxBytes);
    }

    /// <inheritdoc/>
    public async ValueTask<IEventConsumer> CreateConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ConsumerRules.Check(options);
        await _topics.CreateMissingAsync(options.Topics, cancellationToken).ConfigureAwait(false);
        return new KafkaConsumer(
            options,
            new Client.ConsumerBuilder<byte[]?, byte[]?>(_settings.ForMember(options)),
            _fetchers,
            _topics,
            _members,
            _options);
    }

    /// <summary>Waits for what is on its way, and lets go of the cluster.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _fetchers.DisposeAsync().ConfigureAwait(false);
        _producer.Dispose();
        _administration.Dispose();
    }

    private async ValueTask<long> FindStartAsync(TopicPartition partition, OffsetPosition position, CancellationToken cancellationToken)
    {
        long offset = await _topics.GetOffsetAsync(partition, position, cancellationToken).ConfigureAwait(false);
        if (position.Kind != OffsetPositionKind.Offset)
        {
            return offset;
        }

        long latest = await _topics.GetOffsetAsync(partition, OffsetPosition.Latest, cancellationToken).ConfigureAwait(false);
        return offset <= latest
            ? offset
            : throw new OffsetOutOfRangeException("offset-out-of-range", $"Offset {offset} lies behind the end of {partition}, which is {latest}.");
    }

    private static Client.IProducer<byte[]?, byte[]?> OpenProducer(Dictionary<string, string> settings) =>
        new Client.ProducerBuilder<byte[]?, byte[]?>(settings).Build();

    private static Client.IConsumer<byte[]?, byte[]?> OpenConsumer(Dictionary<string, string> settings) =>
        new Client.ConsumerBuilder<byte[]?, byte[]?>(settings).Build();
}
