using Ganglion.Brokers;

namespace Ganglion.Tests.Models.Caching;

/// <summary>A broker that fails, or hangs, as a test says.</summary>
internal sealed class FaultyBroker(IEventBroker broker) : DelegatingBroker(broker)
{
    public Action OnTopics { get; set; } = () => { };

    public Action OnAppend { get; set; } = () => { };

    public Func<CancellationToken, Task> OnRead { get; set; } = _ => Task.CompletedTask;

    public override ITopicAdministration Topics
    {
        get
        {
            OnTopics();
            return base.Topics;
        }
    }

    public override async ValueTask<IEventProducer> CreateProducerAsync(ProducerOptions? options = null, CancellationToken cancellationToken = default) =>
        new FaultyProducer(this, await base.CreateProducerAsync(options, cancellationToken));

    public override async ValueTask<IEventReader> CreateReaderAsync(ReaderOptions options, CancellationToken cancellationToken = default) =>
        new FaultyReader(this, await base.CreateReaderAsync(options, cancellationToken));

    private sealed class FaultyProducer(FaultyBroker owner, IEventProducer producer) : IEventProducer
    {
        public ValueTask<TopicPartitionOffset> AppendAsync(ProducerRecord record, CancellationToken cancellationToken = default)
        {
            owner.OnAppend();
            return producer.AppendAsync(record, cancellationToken);
        }

        public ValueTask<IReadOnlyList<TopicPartitionOffset>> AppendAsync(IReadOnlyList<ProducerRecord> records, CancellationToken cancellationToken = default) =>
            producer.AppendAsync(records, cancellationToken);

        public ValueTask<IReadOnlyList<TopicPartitionOffset>> CommitAsync(AtomicCommit commit, CancellationToken cancellationToken = default) =>
            producer.CommitAsync(commit, cancellationToken);

        public ValueTask DisposeAsync() => producer.DisposeAsync();
    }

    private sealed class FaultyReader(FaultyBroker owner, IEventReader reader) : IEventReader
    {
        public async ValueTask<ConsumedBatch> ReadAsync(CancellationToken cancellationToken = default)
        {
            await owner.OnRead(cancellationToken);
            return await reader.ReadAsync(cancellationToken);
        }

        public void Seek(TopicPartition partition, long offset) => reader.Seek(partition, offset);

        public long GetPosition(TopicPartition partition) => reader.GetPosition(partition);

        public ValueTask DisposeAsync() => reader.DisposeAsync();
    }
}
