using System.Buffers.Binary;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Tests.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Listener.Hostile;

/// <summary>Batches that are wrong, over the wire and onto a disk: what is refused leaves nothing behind.</summary>
public sealed class RefusedBatchTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private EmbeddedBroker _broker = null!;
    private KafkaListener _listener = null!;
    private ListenerClient _client = null!;

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _broker = await EmbeddedBroker.OpenAsync(_folder.Path, new EmbeddedBrokerOptions { FlushInterval = TimeSpan.FromMinutes(1), AutoCreateTopics = false }, Deadline);
        _listener = await ListenerClient.ListenAsync(_broker);
        _client = ListenerClient.Connect(_listener);
        await _broker.Topics.CreateAsync("t", cancellationToken: Deadline);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_damaged_or_has_no_place_is_refused_with_the_reason()
    {
        Memory<byte> damaged = Batch("x");
        damaged.Span[^1] ^= 1;

        (await _client.ProduceAsync("t", damaged)).ShouldBe((ErrorCode.CorruptMessage, -1));
        (await _client.ProduceAsync("t", Batch("x")[..^1])).ShouldBe((ErrorCode.InvalidRecord, -1));
        (await _client.ProduceAsync("t", default)).ShouldBe((ErrorCode.InvalidRecord, -1));
        (await _client.ProduceAsync("nowhere", Batch("x"))).ShouldBe((ErrorCode.UnknownTopicOrPartition, -1));
        (await _client.ProduceAsync("t", Batch("x"), partition: -1)).ShouldBe((ErrorCode.UnknownTopicOrPartition, -1));
        (await _client.ProduceAsync("t", Batch("x"), partition: 1)).ShouldBe((ErrorCode.UnknownTopicOrPartition, -1));
        (await _client.ProduceAsync("__consumer_offsets", Batch("x"))).Error.ShouldNotBe(ErrorCode.None);
        (await _client.ProduceAsync("t", Batch(new string('x', 2_000_000)[..900_000] + "y"))).ShouldBe((ErrorCode.None, 0));

        (await _client.FetchAsync("t", 2)).Error.ShouldBe(ErrorCode.OffsetOutOfRange);
        (await _client.FetchAsync("t", -1)).Error.ShouldBe(ErrorCode.OffsetOutOfRange);
        (await _client.FetchAsync("t", 1)).Error.ShouldBe(ErrorCode.None);
        (await _client.FetchAsync("nowhere", 0)).Error.ShouldBe(ErrorCode.UnknownTopicOrPartition);
    }

    [Fact(Timeout = 60_000)]
    public async Task Producers_of_the_past_and_gaps_are_refused_and_what_comes_twice_is_there_once()
    {
        (await _client.ProduceAsync("t", Batch("first", id: 7, epoch: 1, sequence: 0))).ShouldBe((ErrorCode.None, 0));

        (await _client.ProduceAsync("t", Batch("first", id: 7, epoch: 1, sequence: 0))).ShouldBe((ErrorCode.None, 0));
        (await _client.ProduceAsync("t", Batch("gap", id: 7, epoch: 1, sequence: 2))).ShouldBe((ErrorCode.OutOfOrderSequenceNumber, -1));
        (await _client.ProduceAsync("t", Batch("past", id: 7, epoch: 0, sequence: 1))).ShouldBe((ErrorCode.InvalidProducerEpoch, -1));
        (await _client.ProduceAsync("t", Batch("never", id: 7, epoch: 1, sequence: -1))).ShouldBe((ErrorCode.InvalidRecord, -1));
        (await _client.ProduceAsync("t", Batch("second", id: 7, epoch: 1, sequence: 1))).ShouldBe((ErrorCode.None, 1));

        (await ReadAsync()).ShouldBe([.. Decode(Batch("first")), .. Decode(Batch("second"))]);
    }

    // Bits are flipped, and half of the time the checksum is made right: then it is the fields that must be.
    [Theory(Timeout = 60_000)]
    [InlineData(2026)]
    public async Task Whatever_becomes_of_a_batch_what_is_taken_can_be_read_also_after_a_restart(int seed)
    {
        var random = new Random(seed);
        var taken = new List<string>();
        for (int i = 0; i < 2000; i++)
        {
            Memory<byte> batch = Batch($"{i}", id: random.Next(2) == 0 ? -1 : i);
            for (int left = random.Next(1, 4); left > 0; left--)
            {
                batch.Span[random.Next(batch.Length)] ^= (byte)(1 << random.Next(8));
            }

            if (random.Next(2) == 0)
            {
                BinaryPrimitives.WriteUInt32BigEndian(
                    batch.Span[RecordBatchHeader.CrcPosition..], Crc32C.Compute(batch.Span[RecordBatchHeader.AttributesPosition..]));
            }

            // One that lies before it was taken for the same, which has lost another bit.
            (ErrorCode error, long offset) = await _client.ProduceAsync("t", batch);
            if (error == ErrorCode.None && offset == taken.Count)
            {
                taken.AddRange(Decode(batch));
            }
        }

        List<string> read = await ReadAsync();
        await DisposeListenerAsync();
        _broker = await EmbeddedBroker.OpenAsync(_folder.Path, cancellationToken: Deadline);
        _listener = await ListenerClient.ListenAsync(_broker);

        taken.Count.ShouldBeInRange(100, 1500);
        read.ShouldBe(taken);
        (await ReadAsync()).ShouldBe(taken);
    }

    private static Memory<byte> Batch(string value, long id = -1, short epoch = -1, int sequence = -1) =>
        ProducedBatches.Encode(id, id < 0 ? (short)-1 : Math.Max(epoch, (short)0), id < 0 ? -1 : epoch < 0 ? 0 : sequence, [value], isTransactional: false);

    private static IEnumerable<string> Decode(ReadOnlyMemory<byte> batch)
    {
        var records = new List<ConsumedRecord>();
        RecordBatchReader.Read(batch, 0, records);
        return records.Select(Text);
    }

    private static string Text(ConsumedRecord record) =>
        $"{Convert.ToHexString((record.Record.Key ?? default).Span)}:{Convert.ToHexString((record.Record.Value ?? default).Span)}:{string.Join(',', record.Record.Headers.Select(header => $"{header}"))}";

    private async ValueTask DisposeListenerAsync()
    {
        await _client.DisposeAsync();
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
    }

    private async Task<List<string>> ReadAsync()
    {
        Partition partition = _broker.Catalog.Get(new TopicPartition("t", 0));
        var values = new List<string>();
        for (long offset = 0; offset < partition.LastStableOffset;)
        {
            ConsumedBatch batch = await partition.ReadAsync(offset, 1024 * 1024, Deadline);
            values.AddRange(batch.Records.Select(Text));
            offset = batch.NextOffset;
        }

        return values;
    }
}
