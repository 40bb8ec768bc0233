using System.Buffers.Binary;
using System.Globalization;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Records;

namespace Ganglion.Tests.Brokers.Embedded.Storage;

public sealed class CorruptionTests
{
    [Theory]
    [InlineData(7, 200)] // in the records: the checksum does not match
    [InlineData(7, 16)] // the format's version: no batch begins here
    [InlineData(7, 8)] // the length: points into nowhere
    [InlineData(7, 11)] // the length: points into the next batch
    [InlineData(18, 200)] // behind the last entry of the index
    [InlineData(18, 16)]
    [InlineData(18, 8)]
    [InlineData(18, 11)]
    public async Task A_damaged_byte_is_reported_and_later_records_stay_readable(int batch, int byteOfBatch)
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            for (int i = 0; i < 20; i++)
            {
                await broker.AppendAsync($"{i}:{new string('x', 1000)}".To("t"));
            }
        }

        string segment = folder["topics/t/0/00000000000000000000.log"];
        byte[] bytes = await File.ReadAllBytesAsync(segment, TestContext.Current.CancellationToken);
        int position = Boundary(bytes, batch);
        bytes[position + byteOfBatch] ^= 0x55;
        await File.WriteAllBytesAsync(segment, bytes, TestContext.Current.CancellationToken);

        await using EmbeddedBroker reopened = await EmbeddedBroker.OpenAsync(folder.Path);
        var partition = new TopicPartition("t", 0);
        await using IEventReader reader = await reopened.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [partition] = OffsetPosition.Earliest } },
            TestContext.Current.CancellationToken);
        var read = new List<long>();
        CorruptLogException? damage = null;
        (await reopened.Topics.GetOffsetAsync(partition, OffsetPosition.Latest, TestContext.Current.CancellationToken)).ShouldBe(20);
        while (reader.GetPosition(partition) < 20)
        {
            try
            {
                read.AddRange((await reader.ReadAsync(TestContext.Current.CancellationToken)).Records.Select(record => record.Offset));
            }
            catch (CorruptLogException exception)
            {
                damage = exception;
            }
        }

        damage.ShouldNotBeNull().File.ShouldBe(segment);
        damage.Position.ShouldBe(position);
        damage.NextOffset.ShouldBe(batch + 1);
        damage.Message.ShouldContain(damage.Position.ToString(CultureInfo.InvariantCulture));
        read.ShouldBe(Enumerable.Range(0, 20).Select(i => (long)i).Where(i => i != batch));
    }

    // Its checksum is right: it is what was written, but not by this broker.
    [Theory]
    [InlineData(0, RecordBatchHeader.AttributesPosition + 1, 0x01)] // compressed
    [InlineData(7, RecordBatchHeader.AttributesPosition + 1, 0x04)]
    [InlineData(7, RecordBatchHeader.Size, 0xFE)] // a record that is longer than its batch
    [InlineData(19, RecordBatchHeader.RecordCountPosition, 0x10)] // more records than there are
    public async Task A_foreign_batch_is_reported_and_later_records_stay_readable(int batch, int byteOfBatch, byte foreign)
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            for (int i = 0; i < 20; i++)
            {
                await broker.AppendAsync($"{i}:{new string('x', 1000)}".To("t"));
            }
        }

        string segment = folder["topics/t/0/00000000000000000000.log"];
        byte[] bytes = await File.ReadAllBytesAsync(segment, TestContext.Current.CancellationToken);
        int position = Boundary(bytes, batch);
        Memory<byte> changed = bytes.AsMemory(position..Boundary(bytes, batch + 1));
        changed.Span[byteOfBatch] = foreign;
        BinaryPrimitives.WriteUInt32BigEndian(
            changed.Span[RecordBatchHeader.CrcPosition..], Crc32C.Compute(changed.Span[RecordBatchHeader.AttributesPosition..]));
        await File.WriteAllBytesAsync(segment, bytes, TestContext.Current.CancellationToken);

        await using EmbeddedBroker reopened = await EmbeddedBroker.OpenAsync(folder.Path);
        (List<long> read, List<CorruptLogException> damages) = await ReadAllAsync(reopened);

        CorruptLogException damage = damages.ShouldHaveSingleItem();
        damage.File.ShouldBe(segment);
        damage.Position.ShouldBe(position);
        read.ShouldBe(Enumerable.Range(0, 20).Select(i => (long)i).Where(i => i != batch));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(16)]
    [InlineData(8)]
    public async Task Damage_at_the_end_of_a_closed_segment_is_reported_too(int byteOfBatch)
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.Topics.CreateAsync("t", new TopicSettings { SegmentBytes = 10_000 }, TestContext.Current.CancellationToken);
            for (int i = 0; i < 20; i++)
            {
                await broker.AppendAsync($"{i}:{new string('x', 1000)}".To("t"));
            }
        }

        string segment = folder["topics/t/0/00000000000000000000.log"];
        byte[] bytes = await File.ReadAllBytesAsync(segment, TestContext.Current.CancellationToken);
        bytes[Boundary(bytes, 9) + byteOfBatch] ^= 0x55;
        await File.WriteAllBytesAsync(segment, bytes, TestContext.Current.CancellationToken);

        await using EmbeddedBroker reopened = await EmbeddedBroker.OpenAsync(folder.Path);
        (List<long> read, List<CorruptLogException> damages) = await ReadAllAsync(reopened);

        damages.ShouldHaveSingleItem().Position.ShouldBe(Boundary(bytes, 9));
        read.ShouldBe(Enumerable.Range(0, 20).Select(i => (long)i).Where(i => i != 9));
    }

    [Theory]
    [InlineData(null)] // The whole segment is gone.
    [InlineData(0)]
    [InlineData(2)] // It ends between two batches, as if nothing were missing.
    public async Task A_segment_that_is_gone_in_part_or_altogether_is_reported_and_the_others_stay_readable(int? batchesLeft)
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.Topics.CreateAsync("t", new TopicSettings { SegmentBytes = 5_000 }, TestContext.Current.CancellationToken);
            for (int i = 0; i < 20; i++)
            {
                await broker.AppendAsync($"{i}:{new string('x', 1000)}".To("t"));
            }
        }

        string[] segments = [.. Directory.GetFiles(folder["topics/t/0"], "*.log").Order(StringComparer.Ordinal)];
        long[] offsets = [.. segments.Select(path => long.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture))];
        byte[] bytes = await File.ReadAllBytesAsync(segments[1], TestContext.Current.CancellationToken);
        File.Delete(segments[1]);
        if (batchesLeft is { } left)
        {
            await File.WriteAllBytesAsync(segments[1], bytes[..Boundary(bytes, left)], TestContext.Current.CancellationToken);
        }

        await using EmbeddedBroker reopened = await EmbeddedBroker.OpenAsync(folder.Path);
        (List<long> read, List<CorruptLogException> damages) = await ReadAllAsync(reopened);

        damages.ShouldHaveSingleItem().NextOffset.ShouldBe(offsets[2]);
        read.ShouldBe(Enumerable.Range(0, 20).Select(i => (long)i).Where(i => i < offsets[1] + (batchesLeft ?? 0) || i >= offsets[2]));
    }

    private static async Task<(List<long> Read, List<CorruptLogException> Damages)> ReadAllAsync(EmbeddedBroker broker)
    {
        var partition = new TopicPartition("t", 0);
        long end = await broker.Topics.GetOffsetAsync(partition, OffsetPosition.Latest, TestContext.Current.CancellationToken);
        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [partition] = OffsetPosition.Earliest } },
            TestContext.Current.CancellationToken);
        var read = new List<long>();
        var damages = new List<CorruptLogException>();
        while (reader.GetPosition(partition) < end)
        {
            try
            {
                read.AddRange((await reader.ReadAsync(TestContext.Current.CancellationToken)).Records.Select(record => record.Offset));
            }
            catch (CorruptLogException exception)
            {
                damages.Add(exception);
            }
        }

        return (read, damages);
    }

    private static int Boundary(byte[] segment, int batch)
    {
        // All batches but those of one more digit are equally long; walk over the undamaged ones.
        int position = 0;
        for (int i = 0; i < batch; i++)
        {
            position += BinaryPrimitives.ReadInt32BigEndian(segment.AsSpan(position + 8)) + 12;
        }

        return position;
    }
}
