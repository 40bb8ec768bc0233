using Confluent.Kafka;
using Ganglion.Kafka.Tests.Foreign;

namespace ConfluentClient;

/// <summary>Writes and reads records.</summary>
internal sealed class RecordSteps(string servers) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<(CompressionType, bool), IProducer<byte[]?, byte[]?>> _producers = [];

    public Task<object[][]> ProduceAsync(string topic, List<ForeignRecord> records, string? compression, bool isIdempotent)
    {
        CompressionType type = compression is null ? CompressionType.None : Enum.Parse<CompressionType>(compression, ignoreCase: true);
        if (!_producers.TryGetValue((type, isIdempotent), out IProducer<byte[]?, byte[]?>? producer))
        {
            producer = Open(new ProducerConfig { CompressionType = type, EnableIdempotence = isIdempotent });
            _producers.Add((type, isIdempotent), producer);
        }

        return SendAsync(producer, topic, records);
    }

    public async Task TransactAsync(string topic, string id, IEnumerable<(List<ForeignRecord> Records, bool Commits)> parts)
    {
        using IProducer<byte[]?, byte[]?> producer = Open(new ProducerConfig { TransactionalId = id });
        producer.InitTransactions(Patience);
        foreach ((List<ForeignRecord> records, bool commits) in parts)
        {
            producer.BeginTransaction();
            await SendAsync(producer, topic, records);
            if (commits)
            {
                producer.CommitTransaction();
            }
            else
            {
                producer.AbortTransaction();
            }
        }
    }

    public List<ForeignRecord> Read(string topic, int count, string? group, bool? isCommitted)
    {
        using IConsumer<byte[]?, byte[]?> consumer = Consume(new ConsumerConfig
        {
            GroupId = group,
            EnableAutoCommit = group is not null,
            IsolationLevel = isCommitted == false ? IsolationLevel.ReadUncommitted : IsolationLevel.ReadCommitted,
        });
        if (group is null)
        {
            consumer.Assign(Partitions(topic).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        }
        else
        {
            consumer.Subscribe(topic);
        }

        List<ForeignRecord> records = [.. Enumerable.Range(0, count).Select(_ => RecordOf(consumer.Consume(Patience)))];
        consumer.Close();
        return records;
    }

    public List<long> Seek(string topic, int count, long offset)
    {
        using IConsumer<byte[]?, byte[]?> consumer = Consume(new ConsumerConfig { EnableAutoCommit = false });
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        List<long> offsets = [.. Enumerable.Range(0, count).Select(_ => consumer.Consume(Patience).Offset.Value)];
        consumer.Seek(new TopicPartitionOffset(topic, 0, offset));
        offsets.Add(consumer.Consume(Patience).Offset);
        return offsets;
    }

    public long Find(string topic, long timestamp)
    {
        using IConsumer<byte[]?, byte[]?> consumer = Consume(new ConsumerConfig());
        var asked = new TopicPartitionTimestamp(topic, 0, new Timestamp(timestamp, TimestampType.CreateTime));
        return consumer.OffsetsForTimes([asked], Patience)[0].Offset;
    }

    public void Dispose()
    {
        foreach (IProducer<byte[]?, byte[]?> producer in _producers.Values)
        {
            producer.Dispose();
        }
    }

    private static async Task<object[][]> SendAsync(IProducer<byte[]?, byte[]?> producer, string topic, List<ForeignRecord> records)
    {
        DeliveryResult<byte[]?, byte[]?>[] places = await Task.WhenAll(records.Select(record =>
            producer.ProduceAsync(new TopicPartition(topic, record.Partition ?? Partition.Any), MessageOf(record))));
        return [.. places.Select(place => new object[] { place.Partition.Value, place.Offset.Value })];
    }

    private static Message<byte[]?, byte[]?> MessageOf(ForeignRecord record)
    {
        var headers = new Headers();
        foreach (ForeignHeader header in record.Headers)
        {
            headers.Add(header.Name, header.Value);
        }

        return new Message<byte[]?, byte[]?>
        {
            Key = record.Key,
            Value = record.Value,
            Headers = headers,
            Timestamp = record.Timestamp is { } time ? new Timestamp(time, TimestampType.CreateTime) : Timestamp.Default,
        };
    }

    private static ForeignRecord RecordOf(ConsumeResult<byte[]?, byte[]?>? result) => result is null
        ? throw new TimeoutException("No record has come.")
        : new ForeignRecord
        {
            Key = result.Message.Key,
            Value = result.Message.Value,
            Headers = [.. result.Message.Headers.Select(header => new ForeignHeader(header.Key, header.GetValueBytes()))],
            Partition = result.Partition,
            Offset = result.Offset,
            Timestamp = result.Message.Timestamp.UnixTimestampMs,
        };

    private IEnumerable<int> Partitions(string topic)
    {
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).Build();
        return admin.GetMetadata(topic, Patience).Topics.Single().Partitions.Select(partition => partition.PartitionId);
    }

    private IProducer<byte[]?, byte[]?> Open(ProducerConfig settings)
    {
        settings.BootstrapServers = servers;
        settings.Partitioner = Partitioner.Murmur2Random; // By default it would put a key elsewhere than Java does.
        settings.MessageMaxBytes = 10_000_000;
        return new ProducerBuilder<byte[]?, byte[]?>(settings).Build();
    }

    private IConsumer<byte[]?, byte[]?> Consume(ConsumerConfig settings)
    {
        settings.BootstrapServers = servers;
        settings.GroupId ??= "unused";
        settings.AutoOffsetReset = AutoOffsetReset.Earliest;
        return new ConsumerBuilder<byte[]?, byte[]?>(settings).Build();
    }
}
