using System.Globalization;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Embedded.Storage;

/// <summary>Indexes are a shortcut: whatever becomes of their files, every record is found.</summary>
public sealed class IndexTests
{
    private const int Count = 200;
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_750_000_000_000);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("as they are")]
    [InlineData("missing")]
    [InlineData("only the times missing")]
    [InlineData("empty")]
    [InlineData("cut off")]
    [InlineData("of other segments")]
    [InlineData("with wrong positions")]
    public async Task Every_record_is_found_by_offset_and_by_time_whatever_became_of_the_indexes(string state)
    {
        using var folder = new TemporaryFolder();
        await FillAsync(folder);
        string[] indexes = Directory.GetFiles(folder["topics/t/0"], "*.index");
        indexes.Length.ShouldBeGreaterThan(5);
        Array.ForEach(indexes, index => Damage(index, Path.ChangeExtension(index, ".timeindex"), indexes[2], state));

        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path, new EmbeddedBrokerOptions { TailCacheBytes = 0 }, Cancelled);

        var partition = new TopicPartition("t", 0);
        for (int i = 0; i < Count; i++)
        {
            await using IEventReader reader = await broker.CreateReaderAsync(
                new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [partition] = OffsetPosition.At(i) }, MaxBytes = 1 },
                Cancelled);
            (await reader.ReadAsync(Cancelled)).Records[0].Offset.ShouldBe(i);
            (await broker.Topics.GetOffsetAsync(partition, OffsetPosition.Since(Start.AddMinutes(i)), Cancelled)).ShouldBe(i);
        }
    }

    private static async Task FillAsync(TemporaryFolder folder)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path, cancellationToken: Cancelled);
        await broker.Topics.CreateAsync("t", new TopicSettings { SegmentBytes = 20_000 }, Cancelled);
        for (int i = 0; i < Count; i++)
        {
            ProducerRecord record = $"{i.ToString(CultureInfo.InvariantCulture)}:{new string('x', 1000)}".To("t");
            await broker.AppendAsync(record with { Record = record.Record with { Timestamp = Start.AddMinutes(i) } });
        }
    }

    private static void Damage(string offsets, string times, string other, string state)
    {
        switch (state)
        {
            case "missing":
                File.Delete(offsets);
                File.Delete(times);
                break;
            case "only the times missing":
                File.Delete(times);
                break;
            case "empty":
                File.WriteAllBytes(offsets, []);
                break;
            case "cut off":
                File.WriteAllBytes(offsets, File.ReadAllBytes(offsets)[..^3]);
                break;
            case "of other segments":
                File.WriteAllBytes(offsets, File.ReadAllBytes(other));
                break;
            case "with wrong positions":
                byte[] bytes = File.ReadAllBytes(offsets);
                for (int position = 4; position < bytes.Length; position += 8)
                {
                    bytes[position + 3] ^= 7;
                }

                File.WriteAllBytes(offsets, bytes);
                break;
        }
    }
}
