using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Producers;
using Ganglion.Brokers.Embedded.Storage;
using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Tests.Brokers.Embedded;

public sealed class LogCleanerTests
{
    [Fact]
    public async Task Whatever_is_wrong_with_one_partition_all_others_are_cleaned_again_and_again()
    {
        var store = new StubStore();
        using var topics = new TopicCatalog(new EmbeddedBrokerOptions(), store);
        await using var cleaner = new LogCleaner(topics, new EmbeddedBrokerOptions { CleanupInterval = TimeSpan.FromMilliseconds(1) });

        await store.CleanedTwice.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    /// <summary>A topic of two partitions, the first of which cannot be cleaned.</summary>
    private sealed class StubStore : ITopicStore
    {
        public TaskCompletionSource CleanedTwice { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IEnumerable<Topic> Load() =>
            [new Topic("t", Guid.NewGuid(), new TopicSettings { Partitions = 2 }, partition => new StubLog(partition == 0 ? null : this))];

        public Topic Create(string name, Guid id, TopicSettings settings) => throw new NotSupportedException();

        public void Alter(Topic topic, TopicSettings settings) => throw new NotSupportedException();

        public void Delete(Topic topic) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }

    private sealed class StubLog(StubStore? store) : IPartitionLog
    {
        public ITransactionView? Transactions { set => _ = value; }

        public ProducerSnapshot? ReadProducers() => null;

        public void WriteProducers(ProducerSnapshot snapshot) => throw new NotSupportedException();

        private int _cleaned;

        public long CompactedOffset => 0;

        public long StartOffset => 0;

        public long EndOffset => 0;

        public long Bytes => 0;

        public void Append(in StoredBatch batch) => throw new NotSupportedException();

        public ValueTask ReadAsync(long offset, int maxBytes, List<StoredBatch> batches, CancellationToken cancellationToken) => default;

        public CorruptLogException Unreadable(in StoredBatch batch, string fault) => throw new NotSupportedException();

        public ValueTask<long?> FindBatchAsync(long timestamp, CancellationToken cancellationToken) => default;

        public long FindMaxTimestamp() => throw new NotSupportedException();

        public void DeleteBefore(long offset) => throw new NotSupportedException();

        public ValueTask CleanAsync(TopicSettings settings, long now, CancellationToken cancellationToken)
        {
            if (store is null)
            {
                throw new FormatException("This partition is beyond repair.");
            }

            if (++_cleaned == 2)
            {
                store.CleanedTwice.SetResult();
            }

            return default;
        }

        public void Delete()
        {
        }
    }
}
