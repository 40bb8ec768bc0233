using Ganglion.Brokers;
using Ganglion.Kafka.Clients;
using Ganglion.Kafka.Connecting;
using Ganglion.Kafka.Groups;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Producing;
using Ganglion.Kafka.Reading;
using Ganglion.Kafka.Requests;
using Ganglion.Kafka.Settings;
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
    private readonly NativeSettings _native;
    private readonly ClientSettings _settings;
    private readonly ClientFactory _clients;
    private readonly Client.IAdminClient _administration;
    private readonly ClusterTopics _known;
    private readonly PartitionOffsets _offsets;
    private readonly TopicPreparation _preparation;
    private readonly SharedProducer _producer;
    private readonly FetcherPool _fetchers;
    private readonly ObservedTopics _observed;
    private readonly FetchWatch _watch;
    private readonly MemberRegistry _members = new();
    private readonly CancellationTokenSource _released = new();
    private int _isDisposed;

    private KafkaBroker(KafkaBrokerOptions options, NativeSettings settings)
    {
        _options = options;
        _native = settings;
        _settings = new ClientSettings(options, settings);
        _clients = new ClientFactory(settings, new ClientLog(options.LoggerFactory.CreateLogger<KafkaBroker>()));
        _administration = _clients.OpenAdministration(_settings.ForAdministration("ganglion"));
        var requests = new ClusterRequests(options, _released.Token);
        _known = new ClusterTopics(_administration, requests, options.TimeProvider);
        _offsets = new PartitionOffsets(_administration, requests, _known);
        Topics = new KafkaTopicAdministration(_administration, requests, _known, _offsets, options);
        _preparation = new TopicPreparation(Topics, _known, options.AutoCreateTopics);
        _producer = new SharedProducer(() => _clients.OpenProducer(_settings.ForProducer("ganglion")), _preparation);
        _fetchers = new FetcherPool(() => new Fetcher(
            _clients.OpenConsumer(_settings.ForFetcher("ganglion")), options.LoggerFactory.CreateLogger<Fetcher>()));
        _observed = new ObservedTopics(options.TimeProvider);
        _watch = new FetchWatch(_fetchers, _known, _observed, options.TimeProvider, options.LoggerFactory.CreateLogger<Fetcher>());
        Groups = new KafkaConsumerGroupAdministration(
            _administration, groupId => _clients.OpenConsumer(_settings.ForGroup("ganglion", groupId)), _known, _offsets, requests);
    }

    /// <inheritdoc/>
    public string System => "kafka";

    /// <inheritdoc/>
    public ITopicAdministration Topics { get; }

    /// <inheritdoc/>
    public IConsumerGroupAdministration Groups { get; }

    /// <summary>How many partitions are not fetched at present because their readers are behind.</summary>
    internal int HeldBack => _fetchers.HeldBack;

    /// <summary>How many native clients fetch records.</summary>
    internal int Fetchers => _fetchers.Count;

    /// <summary>Makes the broker of a cluster. The cluster is reached with the first call, and need not be there yet.</summary>
    /// <param name="options">Where it is, and how to behave there.</param>
    /// <exception cref="NativeClientException">The native client is missing, or too old (<c>librdkafka-missing</c>, <c>librdkafka-too-old</c>).</exception>
    /// <exception cref="KafkaSettingsException">Something is wrong with the options; the message has all of it (<c>kafka-settings-invalid</c>).</exception>
    public static KafkaBroker Open(KafkaBrokerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Open(options, []);
    }

    /// <inheritdoc cref="Open(KafkaBrokerOptions)"/>
    /// <param name="options">Where it is, and how to behave there.</param>
    /// <param name="faults">What is known to be wrong already.</param>
    internal static KafkaBroker Open(KafkaBrokerOptions options, List<string> faults)
    {
        NativeClient.Load();
        return new KafkaBroker(options, CheckedSettings.Of(options, faults));
    }

    /// <summary>Waits until the cluster answers.</summary>
    /// <exception cref="KafkaException">It does not within the time of a request, or does not let this client in.</exception>
    internal async Task ReachAsync(CancellationToken cancellationToken)
    {
        using var connection = new ClusterConnection(_options, _native);
        await connection.ReachAsync(_options.RequestTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IEventProducer> CreateProducerAsync(ProducerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ProducerOptions();
        bool isFenced = options.TransactionalId is not null;
        string name = options.TransactionalId ?? $"{options.ClientId}-{Guid.NewGuid()}";
        var transactions = new TransactionalProducer(
            () => _clients.OpenProducer(_settings.ForTransactions(options.ClientId, name)),
            name,
            _options.RequestTimeout,
            _options.TransactionTimeout,
            staysFenced: isFenced);
        if (isFenced)
        {
            await transactions.OpenAsync(cancellationToken).ConfigureAwait(false);
        }

        return new KafkaProducer(_producer, transactions, _preparation, _members, isFenced);
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

        return new KafkaReader(_fetchers, from, options.MaxBytes, _released.Token);
    }

    /// <inheritdoc/>
    public async ValueTask<IEventConsumer> CreateConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ConsumerRules.Check(options);
        foreach (string topic in options.Topics)
        {
            TopicRules.CheckName(topic);
        }

        await _preparation.CreateMissingAsync(options.Topics, cancellationToken).ConfigureAwait(false);
        bool isNamed = _members.TryTakeName(options.GroupId);
        return new KafkaConsumer(
            options,
            isNamed,
            configure => _clients.OpenConsumer(_settings.ForMember(options, isNamed), configure),
            _fetchers,
            _preparation,
            _known,
            _observed,
            _offsets,
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

        _watch.Dispose();
        await _fetchers.DisposeAsync().ConfigureAwait(false);
        _producer.Dispose();
        await _released.CancelAsync().ConfigureAwait(false);
        _administration.Dispose();
        _released.Dispose();
    }

    private async ValueTask<long> FindStartAsync(TopicPartition partition, OffsetPosition position, CancellationToken cancellationToken)
    {
        long offset = await _offsets.FindAsync(partition, position, cancellationToken).ConfigureAwait(false);
        if (position.Kind != OffsetPositionKind.Offset)
        {
            return offset;
        }

        long end = await _offsets.FindAsync(partition, OffsetPosition.End, cancellationToken).ConfigureAwait(false);
        return offset <= end
            ? offset
            : throw new OffsetOutOfRangeException("offset-out-of-range", $"Offset {offset} lies behind the end of {partition}, which is {end}.");
    }
}
