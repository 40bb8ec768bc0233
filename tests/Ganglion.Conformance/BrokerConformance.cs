using System.Text;

namespace Ganglion.Conformance;

/// <summary>What all classes of the suite stand on: an open broker, a producer, topics of their own and patience.</summary>
public abstract class BrokerConformance(BrokerFixture fixture) : IAsyncLifetime
{
    private CancellationTokenSource? _deadline;
    private IEventBroker? _broker;
    private IEventProducer? _producer;

    /// <summary>How the suite gets at the broker.</summary>
    protected BrokerFixture Fixture { get; } = fixture;

    /// <summary>Whether the broker creates topics on first use.</summary>
    protected virtual bool AutoCreateTopics => true;

    /// <summary>The broker under test.</summary>
    protected IEventBroker Broker => _broker!;

    /// <summary>A plain producer.</summary>
    protected IEventProducer Producer => _producer!;

    /// <summary>Ends a test that waits in vain.</summary>
    protected CancellationToken Deadline => _deadline!.Token;

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync()
    {
        _deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        _deadline.CancelAfter(Fixture.Patience);
        await OpenAsync();
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await CloseAsync();
        await Fixture.DisposeAsync();
        _deadline!.Dispose();
    }

    /// <summary>Closes the broker and opens it again.</summary>
    protected async Task ReopenAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    /// <summary>What the names of all topics and groups of this process begin with, so that they can be found on a cluster of many.</summary>
    public static string NamePrefix { get; } = $"ganglion-test-{Guid.NewGuid():N}"[..22] + ".";

    /// <summary>A name that no other test uses.</summary>
    protected static string UniqueName(string stem = "events") => $"{NamePrefix}{stem}.{Guid.NewGuid():N}";

    /// <summary>
    /// Creates a topic of its own and waits until it can be used. What is in it stays, however old, unless the settings say otherwise.
    /// </summary>
    protected async Task<string> CreateTopicAsync(int partitions = 1, TopicSettings? settings = null)
    {
        string name = UniqueName();
        settings ??= new TopicSettings();
        settings = settings with { Partitions = partitions, Retention = settings.Retention ?? Timeout.InfiniteTimeSpan };
        await Broker.Topics.CreateAsync(name, settings, Deadline);
        await EventuallyAsync(async () => await Broker.Topics.FindAsync(name, Deadline) is not null);
        return name;
    }

    /// <summary>A record of texts.</summary>
    protected static Record Text(string? key, string? value) => new(Bytes(key), Bytes(value));

    /// <summary>Appends one record of texts.</summary>
    protected ValueTask<TopicPartitionOffset> AppendAsync(string topic, string? key, string? value, int? partition = null) =>
        Producer.AppendAsync(new ProducerRecord(topic, Text(key, value), partition), Deadline);

    /// <summary>Appends records without keys, one after the other.</summary>
    protected async Task AppendAllAsync(string topic, IEnumerable<string> values, int? partition = null) =>
        await Producer.AppendAsync([.. values.Select(value => new ProducerRecord(topic, Text(null, value), partition))], Deadline);

    /// <summary>A reader from the beginning of some partitions of a topic; of the first one if none is named.</summary>
    protected ValueTask<IEventReader> ReadFromBeginningAsync(string topic, params int[] partitions) =>
        ReadFromAsync(OffsetPosition.Earliest, topic, partitions);

    /// <summary>A reader from a position in some partitions of a topic; in the first one if none is named.</summary>
    protected ValueTask<IEventReader> ReadFromAsync(OffsetPosition position, string topic, params int[] partitions) =>
        Broker.CreateReaderAsync(
            new ReaderOptions
            {
                From = (partitions is [] ? [0] : partitions).ToDictionary(number => new TopicPartition(topic, number), _ => position),
            },
            Deadline);

    /// <summary>Reads until so many records have come.</summary>
    protected async Task<List<ConsumedRecord>> TakeAsync(IEventReader reader, int count)
    {
        var records = new List<ConsumedRecord>();
        while (records.Count < count)
        {
            records.AddRange((await reader.ReadAsync(Deadline)).Records);
        }

        return records;
    }

    /// <summary>Reads a partition from its beginning to its present end.</summary>
    protected async Task<List<ConsumedRecord>> ReadAllAsync(string topic, int partition = 0)
    {
        var place = new TopicPartition(topic, partition);
        long end = await Broker.Topics.GetOffsetAsync(place, OffsetPosition.End, Deadline);
        await using IEventReader reader = await ReadFromBeginningAsync(topic, partition);
        var records = new List<ConsumedRecord>();
        while (reader.GetPosition(place) < end)
        {
            records.AddRange((await reader.ReadAsync(Deadline)).Records);
        }

        return records;
    }

    /// <summary>The values as texts.</summary>
    protected static IEnumerable<string?> Values(IEnumerable<ConsumedRecord> records) => records.Select(record => Value(record.Record));

    /// <summary>The value as text.</summary>
    protected static string? Value(in Record record) => record.Value is { } value ? Encoding.UTF8.GetString(value.Span) : null;

    /// <summary>Bytes of a text; none for none.</summary>
    protected static ReadOnlyMemory<byte>? Bytes(string? text) => text is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(text);

    /// <summary>
    /// Waits for something that nobody signals, such as a remote broker's view of its topics, by looking now and then.
    /// </summary>
    protected async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        while (!await holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Deadline);
        }
    }

    private async Task OpenAsync()
    {
        _broker = await Fixture.OpenAsync(AutoCreateTopics);
        _producer = await _broker.CreateProducerAsync(cancellationToken: Deadline);
    }

    private async Task CloseAsync()
    {
        if (_producer is not null)
        {
            await _producer.DisposeAsync();
        }

        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }
    }
}
