using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Groups;

/// <summary>Offsets that members of a group commit with a transaction.</summary>
public sealed class TransactionalOffsetTests : IAsyncLifetime
{
    private const string Group = "g";
    private const string TransactionalId = "tx";

    private static readonly TopicPartition Partition = new("t", 0);

    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private KafkaListener _listener = null!;
    private ListenerClient _client = null!;

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _broker.Topics.CreateAsync("t", cancellationToken: Deadline);
        _listener = await ListenerClient.ListenAsync(_broker);
        _client = ListenerClient.Connect(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task Offsets_of_a_member_are_unstable_until_its_transaction_ends()
    {
        (string memberId, int generation) = await JoinAsync();
        (long id, short epoch) = await BeginAsync();

        (await CommitAsync(id, epoch, memberId, generation)).ShouldBe([ErrorCode.None]);

        (await FetchAsync(requiresStable: true)).ShouldBe((-1, ErrorCode.UnstableOffsetCommit));
        (await FetchAsync(requiresStable: false)).ShouldBe((-1, ErrorCode.None));
        (await EndAsync(id, epoch)).ShouldBe(ErrorCode.None);
        (await FetchAsync(requiresStable: true)).ShouldBe((3, ErrorCode.None));
        (await _broker.Groups.FindAsync(Group, Deadline))!.Offsets.ShouldHaveSingleItem().Committed.ShouldBe(new OffsetAndMetadata(3, "note"));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_transaction_of_an_older_generation_commits_no_offsets()
    {
        (string memberId, int generation) = await JoinAsync();
        (long id, short epoch) = await BeginAsync();

        (await CommitAsync(id, epoch, memberId, generation - 1)).ShouldBe([ErrorCode.IllegalGeneration]);
        (await CommitAsync(id, epoch, "somebody", generation)).ShouldBe([ErrorCode.UnknownMemberId]);

        (await EndAsync(id, epoch)).ShouldBe(ErrorCode.None);
        (await FetchAsync(requiresStable: true)).ShouldBe((-1, ErrorCode.None));
    }

    [Fact(Timeout = 30_000)]
    public async Task What_cannot_be_committed_is_refused_before_the_transaction_ends()
    {
        (string memberId, int generation) = await JoinAsync();
        (long id, short epoch) = await BeginAsync();

        (await CommitAsync(id, epoch, memberId, generation, (0, 3, "note"), (1, 3, "note"))).ShouldBe([ErrorCode.None, ErrorCode.UnknownTopicOrPartition]);
        (await CommitAsync(id, epoch, memberId, generation, (0, -1, "note"), (0, 3, new string('n', 4097))))
            .ShouldBe([ErrorCode.InvalidRequest, ErrorCode.OffsetMetadataTooLarge]);

        (await EndAsync(id, epoch)).ShouldBe(ErrorCode.None);
        (await FetchAsync(requiresStable: true)).ShouldBe((3, ErrorCode.None));
    }

    private async Task<(string MemberId, int Generation)> JoinAsync()
    {
        WireReader answer = await _client.AskAsync(ApiKey.JoinGroup, 0, writer =>
        {
            writer.WriteString(Group);
            writer.WriteInt32(10_000);
            writer.WriteString("");
            writer.WriteString("consumer");
            writer.WriteArray(["range"], (protocols, name) =>
            {
                protocols.WriteString(name);
                protocols.WriteBytes(ReadOnlyMemory<byte>.Empty);
            });
        });
        ((ErrorCode)answer.ReadInt16()).ShouldBe(ErrorCode.None);
        int generation = answer.ReadInt32();
        answer.ReadString(); // The protocol.
        answer.ReadString(); // The leader.
        return (answer.ReadString(), generation);
    }

    private async Task<(long ProducerId, short Epoch)> BeginAsync()
    {
        WireReader answer = await _client.AskAsync(ApiKey.InitProducerId, 0, writer =>
        {
            writer.WriteString(TransactionalId);
            writer.WriteInt32(60_000);
        });
        answer.ReadInt32();
        ((ErrorCode)answer.ReadInt16()).ShouldBe(ErrorCode.None);
        (long id, short epoch) = (answer.ReadInt64(), answer.ReadInt16());
        answer = await _client.AskAsync(ApiKey.AddOffsetsToTxn, 0, writer =>
        {
            WriteProducer(writer, id, epoch);
            writer.WriteString(Group);
        });
        answer.ReadInt32();
        ((ErrorCode)answer.ReadInt16()).ShouldBe(ErrorCode.None);
        return (id, epoch);
    }

    private Task<List<ErrorCode>> CommitAsync(long id, short epoch, string memberId, int generation) =>
        CommitAsync(id, epoch, memberId, generation, (0, 3, "note"));

    private async Task<List<ErrorCode>> CommitAsync(
        long id, short epoch, string memberId, int generation, params (int Number, long Offset, string Metadata)[] offsets)
    {
        WireReader answer = await _client.AskAsync(ApiKey.TxnOffsetCommit, 3, writer =>
        {
            writer.WriteString(TransactionalId);
            writer.WriteString(Group);
            writer.WriteInt64(id);
            writer.WriteInt16(epoch);
            writer.WriteInt32(generation);
            writer.WriteString(memberId);
            writer.WriteString(null);
            writer.WriteArray(["t"], (topics, topic) =>
            {
                topics.WriteString(topic);
                topics.WriteArray(offsets, (partitions, offset) =>
                {
                    partitions.WriteInt32(offset.Number);
                    partitions.WriteInt64(offset.Offset);
                    partitions.WriteInt32(-1);
                    partitions.WriteString(offset.Metadata);
                    partitions.WriteTags();
                });
                topics.WriteTags();
            });
            writer.WriteTags();
        }, isFlexible: true);
        answer.ReadInt32();
        return answer.ReadArray(topic =>
        {
            topic.ReadString().ShouldBe("t");
            List<ErrorCode> errors = topic.ReadArray(partition =>
            {
                partition.ReadInt32();
                var error = (ErrorCode)partition.ReadInt16();
                partition.SkipTags();
                return error;
            });
            topic.SkipTags();
            return errors;
        }).ShouldHaveSingleItem();
    }

    private async Task<ErrorCode> EndAsync(long id, short epoch)
    {
        WireReader answer = await _client.AskAsync(ApiKey.EndTxn, 0, writer =>
        {
            WriteProducer(writer, id, epoch);
            writer.WriteBoolean(true);
        });
        answer.ReadInt32();
        return (ErrorCode)answer.ReadInt16();
    }

    private async Task<(long Offset, ErrorCode Error)> FetchAsync(bool requiresStable)
    {
        WireReader answer = await _client.AskAsync(ApiKey.OffsetFetch, 7, writer =>
        {
            writer.WriteString(Group);
            writer.WriteArray(["t"], (topics, topic) =>
            {
                topics.WriteString(topic);
                topics.WriteInt32Array([Partition.Partition]);
                topics.WriteTags();
            });
            writer.WriteBoolean(requiresStable);
            writer.WriteTags();
        }, isFlexible: true);
        answer.ReadInt32();
        return answer.ReadArray(topic =>
        {
            topic.ReadString();
            (long, ErrorCode) offset = topic.ReadArray(partition =>
            {
                partition.ReadInt32().ShouldBe(Partition.Partition);
                long committed = partition.ReadInt64();
                partition.ReadInt32(); // The epoch of the leader.
                partition.ReadNullableString();
                var error = (ErrorCode)partition.ReadInt16();
                partition.SkipTags();
                return (committed, error);
            }).ShouldHaveSingleItem();
            topic.SkipTags();
            return offset;
        }).ShouldHaveSingleItem();
    }

    private static void WriteProducer(WireWriter writer, long id, short epoch)
    {
        writer.WriteString(TransactionalId);
        writer.WriteInt64(id);
        writer.WriteInt16(epoch);
    }
}
