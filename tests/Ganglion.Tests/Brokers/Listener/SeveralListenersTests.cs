using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Several listen for one broker.</summary>
public sealed class SeveralListenersTests : IAsyncLifetime
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private KafkaListener _first = null!;
    private KafkaListener _second = null!;

    public async ValueTask InitializeAsync()
    {
        await _broker.Topics.CreateAsync("notes", cancellationToken: TestContext.Current.CancellationToken);
        _first = await ListenerClient.ListenAsync(_broker);
        _second = await ListenerClient.ListenAsync(_broker);
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_producer_is_fenced_by_one_that_comes_through_another()
    {
        await using ListenerClient one = ListenerClient.Connect(_first);
        await using ListenerClient other = ListenerClient.Connect(_second);

        (long id, short epoch) = await InitializeAsync(one);
        (await InitializeAsync(other)).ShouldBe((id, (short)(epoch + 1)));

        (await AddPartitionAsync(one, id, epoch)).ShouldBe(ErrorCode.ProducerFenced);
        (await AddPartitionAsync(one, id, (short)(epoch + 1))).ShouldBe(ErrorCode.None);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_open_stays_open_until_the_last_of_them_stops()
    {
        await using ListenerClient client = ListenerClient.Connect(_second);
        (long id, short epoch) = await InitializeAsync(client);
        await AddPartitionAsync(client, id, epoch);

        await _first.DisposeAsync();
        (await AddPartitionAsync(client, id, epoch)).ShouldBe(ErrorCode.None);
        await _second.DisposeAsync();

        await using KafkaListener third = await ListenerClient.ListenAsync(_broker);
        await using ListenerClient again = ListenerClient.Connect(third);
        (await AddPartitionAsync(again, id, epoch)).ShouldBe(ErrorCode.ProducerFenced);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(7, -1)]
    [InlineData(-1, 7)]
    public async Task An_id_without_an_epoch_is_none(long id, short epoch)
    {
        await using ListenerClient client = ListenerClient.Connect(_first);
        WireReader given = await client.AskAsync(
            ApiKey.InitProducerId,
            3,
            writer =>
            {
                writer.WriteString("t");
                writer.WriteInt32(60_000);
                writer.WriteInt64(id);
                writer.WriteInt16(epoch);
                writer.WriteTags();
            },
            isFlexible: true);
        given.ReadInt32();

        given.ReadInt16().ShouldBe((short)ErrorCode.InvalidRequest);
    }

    private static async Task<(long ProducerId, short Epoch)> InitializeAsync(ListenerClient client)
    {
        WireReader given = await client.AskAsync(ApiKey.InitProducerId, 0, static writer =>
        {
            writer.WriteString("t");
            writer.WriteInt32(60_000);
        });
        given.ReadInt32();
        given.ReadInt16().ShouldBe((short)ErrorCode.None);
        return (given.ReadInt64(), given.ReadInt16());
    }

    private static async Task<ErrorCode> AddPartitionAsync(ListenerClient client, long id, short epoch)
    {
        WireReader answer = await client.AskAsync(ApiKey.AddPartitionsToTxn, 2, writer =>
        {
            writer.WriteString("t");
            writer.WriteInt64(id);
            writer.WriteInt16(epoch);
            writer.WriteArray(["notes"], static (topics, topic) =>
            {
                topics.WriteString(topic);
                topics.WriteInt32Array([0]);
            });
        });
        answer.ReadInt32();
        return answer.ReadArray(static topic =>
        {
            topic.ReadString();
            return topic.ReadArray(static partition =>
            {
                partition.ReadInt32();
                return (ErrorCode)partition.ReadInt16();
            }).ShouldHaveSingleItem();
        }).ShouldHaveSingleItem();
    }
}
