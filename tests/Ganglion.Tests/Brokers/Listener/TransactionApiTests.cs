using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>What an operator is told about the transactions of clients, over the wire.</summary>
public sealed class TransactionApiTests : IAsyncLifetime
{
    private const string TransactionalId = "payments";
    private readonly ManualTimeProvider _time = new();
    private readonly DateTimeOffset _start;
    private readonly EmbeddedBroker _broker;
    private KafkaListener _listener = null!;
    private ListenerClient _client = null!;
    private long _producerId;
    private short _epoch;

    public TransactionApiTests()
    {
        _start = _time.GetUtcNow();
        _broker = EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions { TimeProvider = _time });
    }

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _broker.Topics.CreateAsync("notes", cancellationToken: Deadline);
        _listener = await ListenerClient.ListenAsync(_broker);
        _client = ListenerClient.Connect(_listener);
        await BeginAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task The_producers_of_a_partition_are_told_with_their_open_transactions()
    {
        await ProduceAsync(sequence: 0, "first", "second");
        (await DescribeProducersAsync(0)).Producers.ShouldBe([new Producer(_producerId, _epoch, 1, _start.ToUnixTimeMilliseconds(), 0)]);

        await EndAsync();
        (await DescribeProducersAsync(0)).Producers.ShouldHaveSingleItem().OpenFrom.ShouldBe(-1);
        (await DescribeProducersAsync(1)).Error.ShouldBe(ErrorCode.UnknownTopicOrPartition);
    }

    [Fact(Timeout = 30_000)]
    public async Task Transactions_are_listed_by_state_producer_and_duration()
    {
        _time.Advance(TimeSpan.FromSeconds(10));

        (await ListAsync()).Found.ShouldBe([(TransactionalId, _producerId, "Ongoing")]);
        (await ListAsync(states: ["CompleteCommit"])).Found.ShouldBeEmpty();
        (await ListAsync(states: ["Ongoing", "Odd"])).Found.Count.ShouldBe(1);
        (await ListAsync(states: ["Ongoing", "Odd"])).Unknown.ShouldBe(["Odd"]);
        (await ListAsync(producers: [_producerId + 1])).Found.ShouldBeEmpty();
        (await ListAsync(producers: [_producerId])).Found.Count.ShouldBe(1);
        (await ListAsync(longerThan: 9_000)).Found.Count.ShouldBe(1);
        (await ListAsync(longerThan: 11_000)).Found.ShouldBeEmpty();

        await EndAsync();
        (await ListAsync()).Found.ShouldBe([(TransactionalId, _producerId, "CompleteCommit")]);
        (await ListAsync(longerThan: 0)).Found.ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_transaction_is_described_with_what_it_may_write()
    {
        _time.Advance(TimeSpan.FromSeconds(10));

        (await DescribeAsync(TransactionalId)).ShouldBe(
            new Description(ErrorCode.None, "Ongoing", 60_000, _start.ToUnixTimeMilliseconds(), _producerId, _epoch, "notes/0"));
        (await DescribeAsync("nobody")).ShouldBe(new Description(ErrorCode.TransactionalIdNotFound, "", -1, -1, -1, -1, ""));

        await EndAsync();
        (await DescribeAsync(TransactionalId)).ShouldBe(new Description(ErrorCode.None, "CompleteCommit", 60_000, -1, _producerId, _epoch, ""));
    }

    private async Task BeginAsync()
    {
        WireReader given = await _client.AskAsync(ApiKey.InitProducerId, 0, writer =>
        {
            writer.WriteString(TransactionalId);
            writer.WriteInt32(60_000);
        });
        given.ReadInt32();
        given.ReadInt16().ShouldBe((short)ErrorCode.None);
        (_producerId, _epoch) = (given.ReadInt64(), given.ReadInt16());

        await _client.AskAsync(ApiKey.AddPartitionsToTxn, 0, writer =>
        {
            WriteProducer(writer);
            writer.WriteArray(["notes"], static (topics, topic) =>
            {
                topics.WriteString(topic);
                topics.WriteInt32Array([0]);
            });
        });
    }

    private async Task ProduceAsync(int sequence, params string[] values) => await _client.AskAsync(ApiKey.Produce, 3, writer =>
    {
        writer.WriteString(TransactionalId);
        writer.WriteInt16(-1); // All replicas.
        writer.WriteInt32(1_000);
        writer.WriteArray(["notes"], (topics, topic) =>
        {
            topics.WriteString(topic);
            topics.WriteArray([0], (partitions, partition) =>
            {
                partitions.WriteInt32(partition);
                partitions.WriteBytes(ProducedBatches.Encode(_producerId, _epoch, sequence, values, isTransactional: true));
            });
        });
    });

    private async Task EndAsync() => await _client.AskAsync(ApiKey.EndTxn, 0, writer =>
    {
        WriteProducer(writer);
        writer.WriteBoolean(true);
    });

    private void WriteProducer(WireWriter writer)
    {
        writer.WriteString(TransactionalId);
        writer.WriteInt64(_producerId);
        writer.WriteInt16(_epoch);
    }

    private async Task<(ErrorCode Error, List<Producer> Producers)> DescribeProducersAsync(int number)
    {
        WireReader answer = await _client.AskAsync(ApiKey.DescribeProducers, 0, writer =>
        {
            writer.WriteArray(["notes"], (topics, topic) =>
            {
                topics.WriteString(topic);
                topics.WriteInt32Array([number]);
                topics.WriteTags();
            });
            writer.WriteTags();
        }, isFlexible: true);
        answer.ReadInt32();
        (ErrorCode, List<Producer>) found = default;
        answer.ReadArray(topics =>
        {
            topics.ReadString().ShouldBe("notes");
            topics.ReadArray(partition =>
            {
                partition.ReadInt32().ShouldBe(number);
                var error = (ErrorCode)partition.ReadInt16();
                partition.ReadNullableString();
                found = (error, partition.ReadArray(static producer =>
                {
                    long id = producer.ReadInt64();
                    int epoch = producer.ReadInt32();
                    int sequence = producer.ReadInt32();
                    long lastHeard = producer.ReadInt64();
                    producer.ReadInt32().ShouldBe(-1);
                    var read = new Producer(id, epoch, sequence, lastHeard, producer.ReadInt64());
                    producer.SkipTags();
                    return read;
                }));
                partition.SkipTags();
                return true;
            });
            topics.SkipTags();
            return true;
        });
        answer.SkipTags();
        answer.Left.ShouldBe(0);
        return found;
    }

    private async Task<(List<string> Unknown, List<(string Id, long ProducerId, string State)> Found)> ListAsync(
        string[]? states = null, long[]? producers = null, long? longerThan = null)
    {
        short version = (short)(longerThan is null ? 0 : 1);
        WireReader answer = await _client.AskAsync(ApiKey.ListTransactions, version, writer =>
        {
            writer.WriteArray(states ?? [], static (items, state) => items.WriteString(state));
            writer.WriteArray(producers ?? [], static (items, producer) => items.WriteInt64(producer));
            if (longerThan is { } duration)
            {
                writer.WriteInt64(duration);
            }

            writer.WriteTags();
        }, isFlexible: true);
        answer.ReadInt32();
        answer.ReadInt16().ShouldBe((short)ErrorCode.None);
        List<string> unknown = answer.ReadArray(static item => item.ReadString());
        List<(string, long, string)> found = answer.ReadArray(static transaction =>
        {
            (string, long, string) read = (transaction.ReadString(), transaction.ReadInt64(), transaction.ReadString());
            transaction.SkipTags();
            return read;
        });
        answer.SkipTags();
        answer.Left.ShouldBe(0);
        return (unknown, found);
    }

    private async Task<Description> DescribeAsync(string transactionalId)
    {
        WireReader answer = await _client.AskAsync(ApiKey.DescribeTransactions, 0, writer =>
        {
            writer.WriteArray([transactionalId], static (ids, id) => ids.WriteString(id));
            writer.WriteTags();
        }, isFlexible: true);
        answer.ReadInt32();
        Description found = answer.ReadArray(transaction =>
        {
            var error = (ErrorCode)transaction.ReadInt16();
            transaction.ReadString().ShouldBe(transactionalId);
            var read = new Description(
                error,
                transaction.ReadString(),
                transaction.ReadInt32(),
                transaction.ReadInt64(),
                transaction.ReadInt64(),
                transaction.ReadInt16(),
                string.Join(", ", transaction.ReadArray(static topic =>
                {
                    string read = $"{topic.ReadString()}/{string.Join('+', topic.ReadArray(static partition => partition.ReadInt32()))}";
                    topic.SkipTags();
                    return read;
                })));
            transaction.SkipTags();
            return read;
        }).ShouldHaveSingleItem();
        answer.SkipTags();
        answer.Left.ShouldBe(0);
        return found;
    }

    private sealed record Producer(long Id, int Epoch, int LastSequence, long LastHeard, long OpenFrom);

    private sealed record Description(
        ErrorCode Error, string State, int Timeout, long Start, long ProducerId, short Epoch, string Partitions);
}
