using Confluent.Kafka;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Tests.Conformance;

namespace Ganglion.Kafka.Tests.Reading;

/// <summary>A transaction of another producer on the <see cref="TestCluster"/>, which is open until it is ended or its time is over.</summary>
internal sealed class ForeignTransaction : IDisposable
{
    private readonly IProducer<byte[], byte[]> _producer;

    private ForeignTransaction(IProducer<byte[], byte[]> producer) => _producer = producer;

    public static async Task<ForeignTransaction> BeginAsync(Brokers.TopicPartition partition, TimeSpan timeout)
    {
        NativeClient.Load();
        var config = new ProducerConfig
        {
            BootstrapServers = TestCluster.BootstrapServers,
            TransactionalId = $"foreign.{Guid.NewGuid():N}",
            TransactionTimeoutMs = (int)timeout.TotalMilliseconds,
        };
        IProducer<byte[], byte[]> producer = new ProducerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        producer.BeginTransaction();
        await producer.ProduceAsync(
            new TopicPartition(partition.Topic, partition.Partition), new Message<byte[], byte[]> { Key = "foreign"u8.ToArray(), Value = "open"u8.ToArray() });
        return new ForeignTransaction(producer);
    }

    public void Commit() => _producer.CommitTransaction();

    public void Abort() => _producer.AbortTransaction();

    public void Dispose() => _producer.Dispose();
}
