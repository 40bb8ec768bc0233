using System.Buffers.Binary;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Records.Compression;

namespace Ganglion.Tests.Brokers.Embedded.Records.Compression;

public sealed class BatchCompressionTests
{
    private const int Limit = 1024 * 1024;
    private const int Seed = 20261122;

    public static TheoryData<string> Foreign => [.. ForeignBatches.All.Keys];

    public static TheoryData<string> Compressions => [.. SystemCompression.Names];

    [Theory]
    [MemberData(nameof(Foreign))]
    public void What_clients_compress_is_read(string name)
    {
        byte[] batch = ForeignBatches.All[name];
        var records = new List<ConsumedRecord>();

        RecordBatchReader.Read(batch, 0, records).ShouldBeGreaterThan(batch.Length);

        FaultOf(batch).ShouldBeNull();
        records.Select(record => Encoding.UTF8.GetString(record.Record.Key!.Value.Span)).ShouldBe(ForeignBatches.Keys);
        records.Select(record => Encoding.UTF8.GetString(record.Record.Value!.Value.Span)).ShouldBe(Enumerable.Repeat(ForeignBatches.Value, 3));
    }

    // What gzip has at its end are sums of what is known to be right by then.
    [Theory]
    [MemberData(nameof(Foreign))]
    public void Wherever_it_ends_too_early_it_is_refused(string name)
    {
        byte[] batch = ForeignBatches.All[name];
        byte[] content = batch[RecordBatchHeader.Size..];
        for (int length = 0; length < content.Length - (name.StartsWith("gzip", StringComparison.Ordinal) ? 8 : 0); length++)
        {
            FaultOf(ForeignBatches.With(batch, content.AsSpan(..length))).ShouldNotBeNull($"{length} of {content.Length} bytes");
        }
    }

    // .NET passes over what follows on gzip.
    [Theory]
    [InlineData("snappy of librdkafka")]
    [InlineData("snappy of kafka-python")]
    [InlineData("lz4 of librdkafka")]
    [InlineData("zstd of librdkafka")]
    public void Where_something_follows_it_is_refused(string name)
    {
        byte[] batch = ForeignBatches.All[name];

        FaultOf(ForeignBatches.With(batch, [.. batch[RecordBatchHeader.Size..], 0, 0, 0, 0, 1])).ShouldNotBeNull();
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void Exactly_as_much_is_read_as_is_allowed(string compression)
    {
        byte[] content = Text(100_000);
        byte[] compressed = SystemCompression.Compress(compression, content);

        Decompress(compression, compressed, content.Length).ToArray().ShouldBe(content);
        Should.Throw<BatchTooLargeException>(() => Decompress(compression, compressed, content.Length - 1));
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void A_few_bytes_that_become_many_are_refused_before_they_take_the_memory(string compression)
    {
        byte[] bomb = SystemCompression.Compress(compression, new byte[32 * Limit]);

        AllocatedBy(() => Should.Throw<BatchTooLargeException>(() => Decompress(compression, bomb, Limit))).ShouldBeLessThan(4 * Limit);
    }

    // A block of snappy, one in a frame, and a frame of zstd, none of which has what it speaks of.
    [Theory]
    [InlineData("snappy", "FFFFFFFF0F")]
    [InlineData("snappy", "80801000")]
    [InlineData("snappy", "82534E41505059000000000100000001000000048080100000")]
    [InlineData("snappy", "8253")]
    [InlineData("snappy", "82534E4150505900000000")]
    [InlineData("snappy", "82534E41505059000000000100000001")]
    [InlineData("snappy", "82534E415050590000000001000000017FFFFFFF00")]
    [InlineData("snappy", "82534E41505059000000000100000001FFFFFFFF00")]
    [InlineData("zstd", "28B52FFDE0FFFFFFFFFFFFFF00010000")]
    [InlineData("zstd", "28B52FFDA0FFFF0F00010000")]
    [InlineData("lz4", "04224D186C40FFFFFF7F0000000000")]
    public void What_it_says_of_its_lengths_is_not_believed(string compression, string hex) => AllocatedBy(() =>
        (Should.Throw<FormatException>(() => Read(compression, Convert.FromHexString(hex))) is BatchTooLargeException).ShouldBeFalse()).ShouldBeLessThan(100_000);

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void A_compression_that_there_is_not_is_a_format_error(byte number)
    {
        byte[] batch = [.. ForeignBatches.All["gzip of librdkafka"]];
        batch[RecordBatchHeader.AttributesPosition + 1] = number;

        FaultOf(batch).ShouldBe($"There is no compression {number}.");
    }

    [Fact]
    public void More_records_than_the_memory_can_hold_are_too_many_however_small_they_are()
    {
        byte[] batch = [.. ForeignBatches.All["zstd of librdkafka"]];
        const int Count = Limit / 64;
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchHeader.LastOffsetDeltaPosition), Count - 1);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchHeader.RecordCountPosition), Count);

        Should.Throw<BatchTooLargeException>(() => FaultOf(batch));
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void Whatever_is_changed_in_it_it_is_read_or_refused_and_takes_no_more_memory_than_it_may(string compression)
    {
        const int Most = 64 * 1024;
        byte[][] originals =
        [
            .. ForeignBatches.All.Where(batch => batch.Value[RecordBatchHeader.AttributesPosition + 1] == SystemCompression.NumberOf(compression))
                .Select(batch => batch.Value[RecordBatchHeader.Size..]),
            SystemCompression.Compress(compression, Text(Most)),
            SystemCompression.Compress(compression, new byte[Most]),
        ];
        var random = new Random(Seed);
        for (int i = 0; i < 2000; i++)
        {
            byte[] changed = Change(originals[i % originals.Length], random);
            long allocated = AllocatedBy(() =>
            {
                try
                {
                    Decompress(compression, changed, Most).Length.ShouldBeLessThanOrEqualTo(Most);
                }
                catch (FormatException)
                {
                    // That is what was promised; anything else fails the test.
                }
            });
            allocated.ShouldBeLessThan((8 * Most) + (4 * changed.Length), $"change {i} of seed {Seed}");
        }
    }

    private static byte[] Change(byte[] original, Random random)
    {
        byte[] changed = [.. original];
        int at = random.Next(changed.Length);
        switch (random.Next(6))
        {
            case 0:
                return changed[..at];
            case 1:
                return [.. changed[..at], .. changed[random.Next(changed.Length)..]];
            case 2:
                byte[] more = new byte[random.Next(64)];
                random.NextBytes(more);
                return [.. changed[..at], .. more, .. changed[at..]];
            case 3:
                changed.AsSpan(at, Math.Min(4, changed.Length - at)).Fill(random.Next(2) == 0 ? (byte)0xFF : (byte)0x7F);
                return changed;
            default:
                // Most of what is worth breaking stands at the beginning.
                for (int left = random.Next(1, 9); left > 0; left--)
                {
                    changed[random.Next(random.Next(2) == 0 ? Math.Min(32, changed.Length) : changed.Length)] ^= (byte)(1 << random.Next(8));
                }

                return changed;
        }
    }

    // Text that is worth compressing, but not all the same.
    private static byte[] Text(int bytes)
    {
        var random = new Random(7);
        string[] words = ["invoice", "amount", "currency", "reminder", "paid", "overdue", "\u00FC\u00DF"];
        var text = new StringBuilder();
        while (text.Length < bytes)
        {
            text.Append(words[random.Next(words.Length)]).Append(random.Next(100)).Append(' ');
        }

        return Encoding.UTF8.GetBytes(text.ToString())[..bytes];
    }

    private static ReadOnlyMemory<byte> Decompress(string compression, byte[] compressed, int maxBytes)
    {
        byte[] head = new byte[RecordBatchHeader.Size];
        head[RecordBatchHeader.MagicPosition] = 2;
        head[RecordBatchHeader.AttributesPosition + 1] = (byte)SystemCompression.NumberOf(compression);
        Memory<byte> batch = ForeignBatches.With(head, compressed);
        RecordBatchHeader.TryRead(batch.Span, out RecordBatchHeader header).ShouldBeTrue();
        return BatchCompression.Decompress(header, batch, maxBytes);
    }

    private static ReadOnlyMemory<byte> Read(string compression, byte[] compressed) => Decompress(compression, compressed, int.MaxValue / 2) is { Length: > 0 } read
        ? read
        : throw new FormatException("Nothing came out, of which no record can be made.");

    private static string? FaultOf(ReadOnlyMemory<byte> batch)
    {
        RecordBatchHeader.TryRead(batch.Span, out RecordBatchHeader header).ShouldBeTrue();
        return RecordBatchValidation.FaultOf(header, batch, needsKeys: true, maxBytes: Limit, out _);
    }

    private static long AllocatedBy(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
