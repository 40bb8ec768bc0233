using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Storage;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Tests.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Retention, and transactions of clients that are open.</summary>
public sealed class RetentionTests
{
    private static readonly TopicPartition Id = new("t", 0);

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_an_open_transaction_has_written_stays_until_it_has_ended(bool durable)
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = durable ? await EmbeddedBroker.OpenAsync(folder.Path, cancellationToken: Deadline) : EmbeddedBroker.CreateVolatile();
        await broker.Topics.CreateAsync("t", new TopicSettings { Retention = TimeSpan.FromDays(1), SegmentBytes = 1024 }, Deadline);
        Partition partition = broker.Catalog.Get(Id);
        await FillAsync(broker);
        OpenTransaction transaction = await OpenTransaction.BeginAsync(broker, Id);
        await FillAsync(broker);

        await CleanAsync(broker);
        partition.EarliestOffset.ShouldBeInRange(5, 10);
        partition.LastStableOffset.ShouldBe(10);

        await transaction.AbortAsync();
        await CleanAsync(broker);
        partition.EarliestOffset.ShouldBe(partition.HighWatermark);
    }

    private static async Task FillAsync(EmbeddedBroker broker)
    {
        for (int i = 0; i < 10; i++)
        {
            await broker.AppendAsync(new string('x', 500).To("t"));
        }
    }

    /// <summary>Cleans when all lies where it is cleaned, and is too old.</summary>
    private static async Task CleanAsync(EmbeddedBroker broker)
    {
        Partition partition = broker.Catalog.Get(Id);
        var batches = new List<StoredBatch>();
        await partition.Log.ReadAsync(partition.EarliestOffset, int.MaxValue, batches, Deadline);
        batches[^1].LastOffset.ShouldBe(partition.HighWatermark - 1);
        while (partition.Log.Bytes < batches.Sum(batch => batch.Bytes.Length))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), Deadline);
        }

        await partition.Log.CleanAsync(partition.Topic.Settings, TimeProvider.System.GetUtcNow().AddDays(2).ToUnixTimeMilliseconds(), Deadline);
    }
}
