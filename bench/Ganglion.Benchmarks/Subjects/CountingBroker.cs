using Ganglion.Brokers;
using Ganglion.Tests;

namespace Ganglion.Benchmarks.Subjects;

/// <summary>A broker of which it is counted what is committed.</summary>
internal sealed class CountingBroker(IEventBroker broker, CommitCount count) : DelegatingBroker(broker)
{
    public override async ValueTask<IEventProducer> CreateProducerAsync(ProducerOptions? options = null, CancellationToken cancellationToken = default) =>
        new Producer(await base.CreateProducerAsync(options, cancellationToken), count);

    private sealed class Producer(IEventProducer producer, CommitCount count) : IEventProducer
    {
        public ValueTask<TopicPartitionOffset> AppendAsync(ProducerRecord record, CancellationToken cancellationToken = default) =>
            producer.AppendAsync(record, cancellationToken);

        public ValueTask<IReadOnlyList<TopicPartitionOffset>> AppendAsync(
            IReadOnlyList<ProducerRecord> records, CancellationToken cancellationToken = default) => producer.AppendAsync(records, cancellationToken);

        public async ValueTask<IReadOnlyList<TopicPartitionOffset>> CommitAsync(AtomicCommit commit, CancellationToken cancellationToken = default)
        {
            int records = commit.Records.Count(record => record.Topic == count.Topic);
            IReadOnlyList<TopicPartitionOffset> positions = await producer.CommitAsync(commit, cancellationToken);
            if (records > 0)
            {
                count.Add(records);
            }

            return positions;
        }

        public ValueTask DisposeAsync() => producer.DisposeAsync();
    }
}
