using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Tests.Brokers.Embedded;
using Ganglion.Tests.Brokers.Embedded.Records.Compression;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Batches that clients have compressed, from when they come until they are read.</summary>
public sealed class CompressedBatchTests : ListenerTests
{
    public static TheoryData<string> Foreign => [.. ForeignBatches.All.Keys];

    public static TheoryData<string> Compressions => [.. SystemCompression.Names];

    protected override async Task PrepareAsync()
    {
        await Broker.Topics.CreateAsync("t", new TopicSettings { MaxMessageBytes = 64 * 1024 }, Deadline);
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Foreign))]
    public async Task They_are_kept_as_they_came_and_read_by_clients_and_by_the_process(string name)
    {
        byte[] batch = ForeignBatches.All[name];

        (await Client.ProduceAsync(7, "t", batch)).Error.ShouldBe(ErrorCode.None);

        (ErrorCode error, List<ReadOnlyMemory<byte>> batches) = await Client.FetchAsync(10, "t", 0);
        error.ShouldBe(ErrorCode.None);
        batches.ShouldHaveSingleItem().ToArray().ShouldBe(batch);
        (await Broker.ReadAllAsync("t")).ShouldBe(Enumerable.Repeat(ForeignBatches.Value, 3));
    }

    // What is compressed by snappy becomes at most twenty times as large.
    [Theory(Timeout = 30_000)]
    [InlineData("gzip")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public async Task One_that_becomes_too_large_is_refused_as_too_large(string compression)
    {
        Memory<byte> bomb = SystemCompression.CompressBatch(compression, Batch(new string('x', 65 * 64 * 1024)));

        bomb.Length.ShouldBeLessThan(64 * 1024);
        (await Client.ProduceAsync(7, "t", bomb)).Error.ShouldBe(ErrorCode.MessageTooLarge);
        (await Broker.ReadAllAsync("t")).ShouldBeEmpty();
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Compressions))]
    public async Task One_that_is_damaged_is_refused_whatever_its_checksum_says(string compression)
    {
        byte[] batch = SystemCompression.CompressBatch(compression, Batch("hello")).ToArray();
        byte[] content = batch[RecordBatchHeader.Size..];

        (await Client.ProduceAsync(7, "t", ForeignBatches.With(batch, content.AsSpan(..(content.Length / 2))))).Error.ShouldBe(ErrorCode.InvalidRecord);
        (await Broker.ReadAllAsync("t")).ShouldBeEmpty();
    }

    [Theory(Timeout = 30_000)]
    [InlineData(3)]
    [InlineData(6)]
    public async Task Zstd_is_refused_where_the_protocol_does_not_know_it_yet(short version)
    {
        (await Client.ProduceAsync(version, "t", ForeignBatches.All["zstd of librdkafka"])).Error.ShouldBe(ErrorCode.UnsupportedCompressionType);
        (await Client.ProduceAsync(version, "t", ForeignBatches.All["lz4 of librdkafka"])).Error.ShouldBe(ErrorCode.None);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(5)]
    [InlineData(7)]
    public async Task A_compression_that_there_is_not_is_unsupported(byte number)
    {
        byte[] batch = [.. ForeignBatches.All["gzip of librdkafka"]];
        batch[RecordBatchHeader.AttributesPosition + 1] = number;

        (await Client.ProduceAsync(8, "t", ForeignBatches.With(batch, batch.AsSpan(RecordBatchHeader.Size))))
            .ShouldBe((ErrorCode.UnsupportedCompressionType, $"There is no compression {number}."));
    }

    // Few bytes in the log, many in memory: ten of them are read one by one.
    [Fact(Timeout = 30_000)]
    public async Task Readers_take_no_more_of_them_at_a_time_than_they_have_memory_for()
    {
        Memory<byte> batch = SystemCompression.CompressBatch("zstd", Batch(new string('x', 1024 * 1024)));
        for (int i = 0; i < 10; i++)
        {
            (await Client.ProduceAsync(7, "t", batch)).Error.ShouldBe(ErrorCode.None);
        }

        ConsumedBatch read = await Broker.Catalog.Get(new TopicPartition("t", 0)).ReadAsync(0, 1024 * 1024, Deadline);

        (read.Records.Count, read.NextOffset).ShouldBe((1, 1));
        (await Broker.ReadAllAsync("t")).Count.ShouldBe(10);
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Compressions))]
    public async Task Compaction_keeps_the_newest_of_each_key_and_what_it_need_not_change_as_it_came(string compression)
    {
        var id = new TopicPartition("compacted", 0);
        await Broker.Topics.CreateAsync(id.Topic, new TopicSettings { Cleanup = CleanupPolicy.Compact }, Deadline);
        Memory<byte> older = SystemCompression.CompressBatch(compression, Batch("a=1", "b=1"));
        Memory<byte> newer = SystemCompression.CompressBatch(compression, Batch("a=2", "c=2"));
        (await Client.ProduceAsync(7, id.Topic, older)).Error.ShouldBe(ErrorCode.None);
        (await Client.ProduceAsync(7, id.Topic, newer)).Error.ShouldBe(ErrorCode.None);

        await Broker.Catalog.Get(id).Log.CleanAsync(Broker.Catalog.Find(id.Topic)!.Settings, Broker.Committer.Now, Deadline);

        (await Broker.ReadAllAsync(id.Topic)).ShouldBe(["b=1", "a=2", "c=2"]);
        (_, List<ReadOnlyMemory<byte>> batches) = await Client.FetchAsync(10, id.Topic, 0);
        batches.Select(batch => RecordBatchHeader.TryRead(batch.Span, out RecordBatchHeader header) ? header.Compression : -1)
            .ShouldBe([0, SystemCompression.NumberOf(compression)]);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_record_without_a_key_is_found_in_them_where_keys_are_needed()
    {
        await Broker.Topics.CreateAsync("compacted", new TopicSettings { Cleanup = CleanupPolicy.Compact }, Deadline);

        (ErrorCode error, string? fault) = await Client.ProduceAsync(8, "compacted", SystemCompression.CompressBatch("snappy", Batch("no key")));

        (error, fault).ShouldBe((ErrorCode.InvalidRecord, "A record has no key, which a compacted topic needs."));
    }

    // Of texts, whose keys stand before a '='.
    private static Memory<byte> Batch(params string[] texts)
    {
        var builder = new RecordBatchBuilder(new BatchMemory(), 256);
        foreach (string text in texts)
        {
            byte[]? key = text.Contains('=') ? Encoding.UTF8.GetBytes(text[..text.IndexOf('=')]) : null;
            builder.Append(new Record(key is null ? default(ReadOnlyMemory<byte>?) : key, Encoding.UTF8.GetBytes(text)), now: 0);
        }

        return builder.Build();
    }
}
