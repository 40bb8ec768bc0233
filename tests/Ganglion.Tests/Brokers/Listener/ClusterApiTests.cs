using System.Net;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>What clients are told about the cluster, where a leader's log ends, and who has transactions open.</summary>
public sealed class ClusterApiTests
{
    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    // The header of the answer has no tags in any version: clients do not know yet what they speak to.
    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_version_of_the_answer_tells_which_versions_there_are(short version)
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using KafkaListener listener = await ListenerClient.ListenAsync(broker);
        await using ListenerClient client = ListenerClient.Connect(listener);

        WireReader answer = await client.AskAsync(ApiKey.ApiVersions, version, writer =>
        {
            if (version >= 3)
            {
                writer.WriteString("test");
                writer.WriteString("1");
                writer.WriteTags();
            }
        }, isFlexible: version >= 3);

        answer.ReadInt16().ShouldBe((short)ErrorCode.None);
        answer.ReadArray(static api =>
        {
            (short, short, short) read = (api.ReadInt16(), api.ReadInt16(), api.ReadInt16());
            api.SkipTags();
            return read;
        }).ShouldContain(((short)ApiKey.Fetch, (short)4, (short)17));
        (version >= 1 ? answer.ReadInt32() : 0).ShouldBe(0);
        answer.SkipTags();
        answer.Left.ShouldBe(0);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("127.0.0.1", null, "127.0.0.1")]
    [InlineData("0.0.0.0", null, null)] // The name of the machine.
    [InlineData("0.0.0.0", "kafka.example:9093", "kafka.example")]
    public async Task Clients_are_told_where_to_connect_to(string address, string? advertised, string? host)
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using KafkaListener listener = await KafkaListener.StartAsync(
            broker, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Parse(address), 0), AdvertisedAddress = advertised });
        await using ListenerClient client = ListenerClient.Connect(listener.EndPoint.Port);

        WireReader answer = await client.AskAsync(ApiKey.FindCoordinator, 0, static writer => writer.WriteString("group"));

        ((ErrorCode)answer.ReadInt16(), answer.ReadInt32(), answer.ReadString(), answer.ReadInt32())
            .ShouldBe((ErrorCode.None, 0, host ?? Dns.GetHostName(), advertised is null ? listener.EndPoint.Port : 9093));
    }

    // An empty list means all of them in the oldest version, and none later; null means all.
    [Theory(Timeout = 30_000)]
    [InlineData(0, false, new[] { "__transaction_state", "t" })]
    [InlineData(1, false, new string[0])]
    [InlineData(1, true, new[] { "__transaction_state", "t" })]
    public async Task Whoever_names_no_topics_is_told_all_of_them_or_none(short version, bool isNull, string[] expected)
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using KafkaListener listener = await ListenerClient.ListenAsync(broker);
        await using ListenerClient client = ListenerClient.Connect(listener);
        await broker.Topics.CreateAsync("t", cancellationToken: Deadline);
        await broker.Own.AppendInternalAsync(TransactionTopic.Name, [TransactionTopic.EncodeTombstone("nobody")], Deadline);

        WireReader answer = await client.AskAsync(ApiKey.Metadata, version, writer =>
            writer.WriteArray(isNull ? null : Array.Empty<string>(), static (topics, topic) => topics.WriteString(topic)));

        answer.ReadArray(brokers =>
        {
            (brokers.ReadInt32(), brokers.ReadString(), brokers.ReadInt32()).ShouldBe((0, "127.0.0.1", listener.EndPoint.Port));
            return version >= 1 ? brokers.ReadNullableString() : null;
        }).ShouldHaveSingleItem();
        (version >= 1 ? answer.ReadInt32() : 0).ShouldBe(0);
        answer.ReadArray(topic =>
        {
            topic.ReadInt16().ShouldBe((short)ErrorCode.None);
            string name = topic.ReadString();
            (version >= 1 && topic.ReadBoolean()).ShouldBe(version >= 1 && name != "t", "The broker's own topics are told from others.");
            topic.ReadArray(static partition => (partition.ReadInt16(), partition.ReadInt32(), partition.ReadInt32(),
                partition.ReadArray(static replica => replica.ReadInt32()).Count, partition.ReadArray(static replica => replica.ReadInt32()).Count))
                .ShouldContain(((short)0, 0, 0, 1, 1));
            return name;
        }).ShouldBe(expected);
        answer.Left.ShouldBe(0);
    }

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
