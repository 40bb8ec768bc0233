using System.Buffers.Binary;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Kafka.Tests.Connecting;
using Ganglion.Kafka.Tests.Requests;
using Microsoft.Extensions.Logging;

namespace Ganglion.Kafka.Tests.Topics;

/// <summary>What a cluster of one broker is asked for, which keeps one copy whatever that is.</summary>
public sealed class TopicCreationTests
{
    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(1, 1, false)]
    [InlineData(3, 2, true)]
    public async Task No_more_copies_are_asked_for_than_there_are_brokers_and_a_warning_says_so(int copies, int minInSync, bool isTold)
    {
        using var log = new LineLog();
        await using RefusingCluster cluster = await RefusingCluster.StartAsync();
        await using KafkaBroker broker = KafkaBroker.Open(new KafkaBrokerOptions
        {
            BootstrapServers = cluster.BootstrapServers,
            ReplicationFactor = copies,
            MinInSyncReplicas = minInSync,
            LoggerFactory = LoggerFactory.Create(logging => logging.AddProvider(log)),
        });

        await broker.Topics.CreateAsync("orders", new TopicSettings { Partitions = 3 }, Timeout);

        byte[] asked = cluster.LastOf(RefusingCluster.CreateTopics);
        ReadOnlySpan<byte> numbers = asked.AsSpan(asked.AsSpan().IndexOf("orders"u8) + "orders".Length);
        BinaryPrimitives.ReadInt32BigEndian(numbers).ShouldBe(3);
        BinaryPrimitives.ReadInt16BigEndian(numbers[4..]).ShouldBe((short)1);
        // A text has its length before it.
        Encoding.Latin1.GetString(asked).ShouldMatch("min\\.insync\\.replicas[\\x00-\\x02]{1,2}1");
        log.Lines.Any(line => line.Contains("orders is to have 3 copies, but the cluster has 1 brokers", StringComparison.Ordinal)).ShouldBe(isTold);
    }
}
