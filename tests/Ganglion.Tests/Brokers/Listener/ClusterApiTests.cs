using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>What clients are told about the cluster, where a leader's log ends, and who has transactions open.</summary>
public sealed class ClusterApiTests
{
    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    [Theory(Timeout = 30_000)]
    [InlineData(0, 1, (short)ErrorCode.None)]
    [InlineData(1, 1, (short)ErrorCode.None)]
    [InlineData(1, 2, (short)ErrorCode.MismatchedEndpointType)]
    [InlineData(1, 3, (short)ErrorCode.UnsupportedEndpointType)]
    public async Task The_cluster_has_one_broker(short version, sbyte endpoints, short expected)
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using KafkaListener listener = await ListenerClient.ListenAsync(broker);
        await using ListenerClient client = ListenerClient.Connect(listener);

        WireReader answer = await client.AskAsync(ApiKey.DescribeCluster, version, writer =>
        {
            writer.WriteBoolean(false);
            if (version >= 1)
            {
                writer.WriteInt8(endpoints);
            }

            writer.WriteTags();
        }, isFlexible: true);

        answer.ReadInt32().ShouldBe(0);
        answer.ReadInt16().ShouldBe(expected);
        (answer.ReadNullableString() is null).ShouldBe(expected == (short)ErrorCode.None);
        if (version >= 1)
        {
            answer.ReadInt8().ShouldBe((sbyte)1);
        }

        answer.ReadString().ShouldBe("ganglion");
        answer.ReadInt32().ShouldBe(0);
        List<int> ports = answer.ReadArray(static brokers =>
        {
            brokers.ReadInt32();
            brokers.ReadString();
            int port = brokers.ReadInt32();
            brokers.ReadNullableString();
            brokers.SkipTags();
            return port;
        });
        ports.ShouldBe(expected == (short)ErrorCode.None ? [listener.EndPoint.Port] : []);
        answer.ReadInt32().ShouldBe(int.MinValue);
        answer.SkipTags();
        answer.Left.ShouldBe(0);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0, 0, -1, 0, (short)ErrorCode.None, 2)]
    [InlineData(1, 0, -1, 0, (short)ErrorCode.None, 2)]
    [InlineData(2, 0, 0, 0, (short)ErrorCode.None, 2)]
    [InlineData(3, 0, 0, 0, (short)ErrorCode.None, 2)]
    [InlineData(4, 0, -1, 0, (short)ErrorCode.None, 2)]
    [InlineData(4, 0, 0, 1, (short)ErrorCode.None, -1)] // There has been no such leader.
    [InlineData(4, 0, 1, 0, (short)ErrorCode.UnknownLeaderEpoch, -1)]
    [InlineData(4, 1, 0, 0, (short)ErrorCode.UnknownTopicOrPartition, -1)]
    [InlineData(4, -1, 0, 0, (short)ErrorCode.UnknownTopicOrPartition, -1)]
    public async Task The_only_epoch_of_a_leader_ends_where_the_log_does(
        short version, int number, int currentEpoch, int epoch, short error, long endOffset)
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Deadline);
        await producer.AppendAsync([new ProducerRecord("t", new Record(null, new byte[1]), 0), new ProducerRecord("t", new Record(null, new byte[1]), 0)], Deadline);
        await using KafkaListener listener = await ListenerClient.ListenAsync(broker);
        await using ListenerClient client = ListenerClient.Connect(listener);

        WireReader answer = await client.AskAsync(ApiKey.OffsetForLeaderEpoch, version, writer =>
        {
            if (version >= 3)
            {
                writer.WriteInt32(-1); // No replica.
            }

            writer.WriteArray(["t"], (topics, topic) =>
            {
                topics.WriteString(topic);
                topics.WriteArray([number], (partitions, partition) =>
                {
                    partitions.WriteInt32(partition);
                    if (version >= 2)
                    {
                        partitions.WriteInt32(currentEpoch);
                    }

                    partitions.WriteInt32(epoch);
                    partitions.WriteTags();
                });
                topics.WriteTags();
            });
            writer.WriteTags();
        }, isFlexible: version >= 4);

        if (version >= 2)
        {
            answer.ReadInt32().ShouldBe(0);
        }

        answer.ReadArray(topics =>
        {
            topics.ReadString().ShouldBe("t");
            topics.ReadArray(partition =>
            {
                partition.ReadInt16().ShouldBe(error);
                partition.ReadInt32().ShouldBe(number);
                if (version >= 1)
                {
                    partition.ReadInt32().ShouldBe(endOffset < 0 ? -1 : 0);
                }

                partition.ReadInt64().ShouldBe(endOffset);
                partition.SkipTags();
                return true;
            }).Count.ShouldBe(1);
            topics.SkipTags();
            return true;
        }).Count.ShouldBe(1);
        answer.SkipTags();
        answer.Left.ShouldBe(0);
    }
}
