using System.Globalization;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Embedded.Storage;

/// <summary>Readers beside a cleaner that never rests. Memory keeps nothing, so that they read segments that come and go.</summary>
public sealed class ReadingWhileCleaningTests
{
    private const int Count = 1000;

    private static readonly string Padding = new('x', 500);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_compaction_keeps_is_read()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await OpenAsync(folder, new TopicSettings { Cleanup = CleanupPolicy.Compact, SegmentBytes = 2048 });
        Task writing = WriteAsync(broker);

        (await ReadAsync(broker)).ShouldBe(Enumerable.Range(0, Count).Select(i => (long)i));
        await writing;
    }

    [Fact]
    public async Task Readers_pass_over_what_retention_takes_away_under_their_hands()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await OpenAsync(folder, new TopicSettings { RetentionBytes = 4096, SegmentBytes = 2048 });
        Task writing = WriteAsync(broker);

        List<long> offsets = await ReadAsync(broker);

        offsets.ShouldBeInOrder();
        offsets.ShouldBeUnique();
        await writing;
    }

    private static async Task<EmbeddedBroker> OpenAsync(TemporaryFolder folder, TopicSettings settings)
    {
        EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(
            folder.Path, new EmbeddedBrokerOptions { TailCacheBytes = 0, CleanupInterval = TimeSpan.FromMilliseconds(1) });
        await broker.Topics.CreateAsync("t", settings, Token);
        return broker;
    }

    private static async Task WriteAsync(EmbeddedBroker broker)
    {
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Token);
        for (int i = 0; i < Count; i++)
        {
            await producer.AppendAsync($"{i}:{Padding}".To("t", key: i.ToString(CultureInfo.InvariantCulture)), Token);
        }
    }

    private static async Task<List<long>> ReadAsync(EmbeddedBroker broker)
    {
        var partition = new TopicPartition("t", 0);
        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [partition] = OffsetPosition.Earliest }, MaxBytes = 2000 }, Token);
        var offsets = new List<long>();
        while (reader.GetPosition(partition) < Count)
        {
            offsets.AddRange((await reader.ReadAsync(Token)).Records.Select(record => record.Offset));
        }

        return offsets;
    }
}
