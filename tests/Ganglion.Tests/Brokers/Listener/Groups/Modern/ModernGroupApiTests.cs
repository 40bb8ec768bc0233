using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Groups.Modern;

/// <summary>The life of a group that follows KIP-848, field by field.</summary>
public sealed class ModernGroupApiTests : IAsyncLifetime
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private KafkaListener _listener = null!;
    private ListenerClient _client = null!;
    private Guid _topic;

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _topic = (await _broker.Topics.CreateAsync("t", new TopicSettings { Partitions = 2 }, Deadline)).Id;
        _listener = await ListenerClient.ListenAsync(_broker);
        _client = ListenerClient.Connect(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0, 0, null, null)]
    [InlineData(0, 0, "shelf", null)]
    [InlineData(1, 1, null, null)]
    [InlineData(1, 1, "shelf", "[s-u]")]
    public async Task A_member_joins_commits_and_leaves(short version, short describe, string? instanceId, string? pattern)
    {
        Answer joined = await HeartbeatAsync(version, version == 0 ? "" : "m", 0, instanceId, pattern, isFull: true);
        string id = joined.MemberId!;
        joined.ShouldBe(new Answer(ErrorCode.None, id, 1, 1000, $"{_topic}: 0 1"));
        id.ShouldNotBeEmpty();

        (await HeartbeatAsync(version, id, 1, null, null, isFull: false)).ShouldBe(joined with { Assignment = null });
        (await HeartbeatAsync(version, id, 7, null, null, isFull: false)).Error.ShouldBe(ErrorCode.FencedMemberEpoch);
        (await CommitAsync(id, 1)).ShouldBe(ErrorCode.None);
        (await CommitAsync(id, 2)).ShouldBe(ErrorCode.StaleMemberEpoch);
        (await CommitInTransactionAsync(id, 2)).ShouldBe(ErrorCode.IllegalGeneration);
        (await FetchAsync(id, 1)).ShouldBe((ErrorCode.None, 7));
        (await FetchAsync(id, 2)).ShouldBe((ErrorCode.StaleMemberEpoch, -1));
        (await FetchAsync("nobody", 1)).ShouldBe((ErrorCode.UnknownMemberId, -1));
        (await DescribeAsync(describe, "g")).ShouldBe((ErrorCode.None, $"Stable 1 1 uniform: {id} {instanceId} rack 1 test 127.0.0.1 (t) {pattern} <t {_topic}: 0 1> <t {_topic}: 0 1>"));
        (await DescribeAsync(describe, "nobody")).ShouldBe((ErrorCode.GroupIdNotFound, " 0 0 "));
        (await ListAsync("consumer")).ShouldBe(["g consumer Stable consumer"]);
        (await ListAsync("classic")).ShouldBeEmpty();

        (await HeartbeatAsync(version, id, instanceId is null ? -1 : -2, instanceId, null, isFull: false)).Error.ShouldBe(ErrorCode.None);
        (await DescribeAsync(describe, "g")).Shown.ShouldBe(
            instanceId is null ? "Empty 2 2 uniform" : $"Reconciling 1 1 uniform: {id} {instanceId} rack -2 test 127.0.0.1 (t) {pattern} <t {_topic}: 0 1> <t {_topic}: 0 1>");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("", "m", 0, null, true, null, ErrorCode.InvalidRequest)]
    [InlineData("g", "", 0, null, true, null, ErrorCode.InvalidRequest)]
    [InlineData("g", "m", 0, "", true, null, ErrorCode.InvalidRequest)]
    [InlineData("g", "m", 0, null, false, null, ErrorCode.InvalidRequest)]
    [InlineData("g", "m", -2, null, false, null, ErrorCode.InvalidRequest)]
    [InlineData("g", "m", -3, null, false, null, ErrorCode.InvalidRequest)]
    [InlineData("g", "m", 0, null, true, "sticky", ErrorCode.UnsupportedAssignor)]
    [InlineData("g", "m", 1, null, false, null, ErrorCode.UnknownMemberId)]
    [InlineData("g", "m", -1, null, false, null, ErrorCode.UnknownMemberId)]
    [InlineData("g", "m", -2, "shelf", false, null, ErrorCode.UnknownMemberId)]
    public async Task What_cannot_be_is_refused_with_the_reason(
        string group, string member, int epoch, string? instanceId, bool isFull, string? assignor, object error)
    {
        Answer refused = await HeartbeatAsync(1, member, epoch, instanceId, null, isFull, group, assignor);

        refused.Error.ShouldBe((ErrorCode)error);
        (await _broker.Groups.ListAsync(Deadline)).ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task Older_requests_show_the_group_as_if_a_leader_had_decided()
    {
        await HeartbeatAsync(1, "m", 0, null, null, isFull: true);

        WireReader answer = await _client.AskAsync(ApiKey.DescribeGroups, 0, writer => writer.WriteArray(["g"], (groups, group) => groups.WriteString(group)));

        answer.ReadArray(group =>
        {
            ((ErrorCode)group.ReadInt16()).ShouldBe(ErrorCode.None);
            (group.ReadString(), group.ReadString(), group.ReadString(), group.ReadString()).ShouldBe(("g", "Stable", "consumer", "uniform"));
            return group.ReadArray(member =>
            {
                (member.ReadString(), member.ReadString(), member.ReadString()).ShouldBe(("m", "test", "127.0.0.1"));
                member.ReadBytes().ToArray().ShouldBe(Ganglion.Brokers.Listener.Groups.ConsumerProtocol.WriteSubscription(["t"]).ToArray());
                return Ganglion.Brokers.Listener.Groups.ConsumerProtocol.ReadAssignment("consumer", member.ReadBytes());
            }).ShouldHaveSingleItem();
        }).ShouldHaveSingleItem().ShouldBe([new TopicPartition("t", 0), new TopicPartition("t", 1)]);
    }

    private async Task<Answer> HeartbeatAsync(
        short version, string memberId, int epoch, string? instanceId, string? pattern, bool isFull, string group = "g", string? assignor = null)
    {
        WireReader answer = await _client.AskAsync(ApiKey.ConsumerGroupHeartbeat, version, writer =>
        {
            writer.WriteString(group);
            writer.WriteString(memberId);
            writer.WriteInt32(epoch);
            writer.WriteString(instanceId);
            writer.WriteString(isFull ? "rack" : null);
            writer.WriteInt32(isFull ? 60_000 : -1);
            writer.WriteArray(isFull ? new[] { "t" } : null, (topics, topic) => topics.WriteString(topic));
            if (version >= 1)
            {
                writer.WriteString(pattern);
            }

            writer.WriteString(assignor);
            writer.WriteArray(isFull || epoch < 0 ? [] : new[] { 0, 1 }, (topics, number) =>
            {
                topics.WriteUuid(_topic);
                topics.WriteInt32Array([number]);
                topics.WriteTags();
            });
            writer.WriteTags();
        }, isFlexible: true);
        answer.ReadInt32().ShouldBe(0); // Throttle time.
        var error = (ErrorCode)answer.ReadInt16();
        (answer.ReadNullableString() is null).ShouldBe(error == ErrorCode.None);
        string? id = answer.ReadNullableString();
        int newEpoch = answer.ReadInt32();
        int interval = answer.ReadInt32();
        string? assignment = null;
        if (answer.ReadInt8() == 1)
        {
            assignment = string.Join(", ", answer.ReadArray(topic =>
            {
                string shown = $"{topic.ReadUuid()}: {string.Join(' ', topic.ReadArray(partition => partition.ReadInt32()))}";
                topic.SkipTags();
                return shown;
            }));
            answer.SkipTags();
        }

        End(answer);
        return new Answer(error, id, newEpoch, interval, assignment);
    }

    private async Task<ErrorCode> CommitAsync(string memberId, int epoch)
    {
        WireReader answer = await _client.AskAsync(ApiKey.OffsetCommit, 9, writer =>
        {
            writer.WriteString("g");
            writer.WriteInt32(epoch);
            writer.WriteString(memberId);
            writer.WriteString(null);
            WriteOffset(writer);
        }, isFlexible: true);
        return ReadErrors(answer);
    }

    private async Task<ErrorCode> CommitInTransactionAsync(string memberId, int epoch)
    {
        WireReader answer = await _client.AskAsync(ApiKey.TxnOffsetCommit, 3, writer =>
        {
            writer.WriteString("transactional");
            writer.WriteString("g");
            writer.WriteInt64(1);
            writer.WriteInt16(0);
            writer.WriteInt32(epoch);
            writer.WriteString(memberId);
            writer.WriteString(null);
            WriteOffset(writer);
        }, isFlexible: true);
        return ReadErrors(answer);
    }

    private static void WriteOffset(WireWriter writer)
    {
        writer.WriteArray(["t"], (topics, topic) =>
        {
            topics.WriteString(topic);
            topics.WriteArray([0], (partitions, number) =>
            {
                partitions.WriteInt32(number);
                partitions.WriteInt64(7);
                partitions.WriteInt32(-1);
                partitions.WriteString(null);
                partitions.WriteTags();
            });
            topics.WriteTags();
        });
        writer.WriteTags();
    }

    private static ErrorCode ReadErrors(WireReader answer)
    {
        answer.ReadInt32(); // Throttle time.
        ErrorCode error = answer.ReadArray(topic =>
        {
            topic.ReadString().ShouldBe("t");
            ErrorCode read = topic.ReadArray(partition =>
            {
                partition.ReadInt32().ShouldBe(0);
                var told = (ErrorCode)partition.ReadInt16();
                partition.SkipTags();
                return told;
            }).ShouldHaveSingleItem();
            topic.SkipTags();
            return read;
        }).ShouldHaveSingleItem();
        End(answer);
        return error;
    }

    private async Task<(ErrorCode Error, long Offset)> FetchAsync(string memberId, int epoch)
    {
        WireReader answer = await _client.AskAsync(ApiKey.OffsetFetch, 9, writer =>
        {
            writer.WriteArray(["g"], (groups, group) =>
            {
                groups.WriteString(group);
                groups.WriteString(memberId);
                groups.WriteInt32(epoch);
                groups.WriteArray(["t"], (topics, topic) =>
                {
                    topics.WriteString(topic);
                    topics.WriteInt32Array([0]);
                    topics.WriteTags();
                });
                groups.WriteTags();
            });
            writer.WriteBoolean(true);
            writer.WriteTags();
        }, isFlexible: true);
        answer.ReadInt32(); // Throttle time.
        (ErrorCode, long) fetched = answer.ReadArray(group =>
        {
            group.ReadString().ShouldBe("g");
            (ErrorCode Error, long Offset) one = group.ReadArray(topic =>
            {
                topic.ReadString().ShouldBe("t");
                (ErrorCode, long) read = topic.ReadArray(partition =>
                {
                    partition.ReadInt32();
                    long offset = partition.ReadInt64();
                    partition.ReadInt32();
                    partition.ReadNullableString();
                    var error = (ErrorCode)partition.ReadInt16();
                    partition.SkipTags();
                    return (error, offset);
                }).ShouldHaveSingleItem();
                topic.SkipTags();
                return read;
            }).ShouldHaveSingleItem();
            ((ErrorCode)group.ReadInt16()).ShouldBe(one.Error);
            group.SkipTags();
            return one;
        }).ShouldHaveSingleItem();
        End(answer);
        return fetched;
    }

    private async Task<(ErrorCode Error, string Shown)> DescribeAsync(short version, string group)
    {
        WireReader answer = await _client.AskAsync(ApiKey.ConsumerGroupDescribe, version, writer =>
        {
            writer.WriteArray([group], (groups, id) => groups.WriteString(id));
            writer.WriteBoolean(false);
            writer.WriteTags();
        }, isFlexible: true);
        answer.ReadInt32(); // Throttle time.
        (ErrorCode, string) described = answer.ReadArray(read =>
        {
            var error = (ErrorCode)read.ReadInt16();
            (read.ReadNullableString() is null).ShouldBe(error == ErrorCode.None);
            read.ReadString().ShouldBe(group);
            string shown = $"{read.ReadString()} {read.ReadInt32()} {read.ReadInt32()} {read.ReadString()}";
            shown = string.Join(": ", [shown, .. read.ReadArray(member => ReadMember(member, version))]);
            read.ReadInt32();
            read.SkipTags();
            return (error, shown);
        }).ShouldHaveSingleItem();
        End(answer);
        return described;
    }

    private static string ReadMember(WireReader member, short version)
    {
        string shown = $"{member.ReadString()} {member.ReadNullableString()} {member.ReadNullableString()} {member.ReadInt32()} {member.ReadString()} {member.ReadString()} "
            + $"({string.Join(' ', member.ReadArray(topic => topic.ReadString()))}) {member.ReadNullableString()} <{ReadAssignment(member)}> <{ReadAssignment(member)}>";
        if (version >= 1)
        {
            member.ReadInt8().ShouldBe((sbyte)1);
        }

        member.SkipTags();
        return shown;
    }

    private static string ReadAssignment(WireReader reader)
    {
        string shown = string.Join(", ", reader.ReadArray(topic =>
        {
            Guid id = topic.ReadUuid();
            string partitions = $"{topic.ReadString()} {id}: {string.Join(' ', topic.ReadArray(partition => partition.ReadInt32()))}";
            topic.SkipTags();
            return partitions;
        }));
        reader.SkipTags();
        return shown;
    }

    private async Task<List<string>> ListAsync(string type)
    {
        WireReader answer = await _client.AskAsync(ApiKey.ListGroups, 5, writer =>
        {
            writer.WriteArray(["stable"], (states, state) => states.WriteString(state));
            writer.WriteArray([type], (types, name) => types.WriteString(name));
            writer.WriteTags();
        }, isFlexible: true);
        answer.ReadInt32(); // Throttle time.
        ((ErrorCode)answer.ReadInt16()).ShouldBe(ErrorCode.None);
        List<string> groups = answer.ReadArray(group =>
        {
            string shown = $"{group.ReadString()} {group.ReadString()} {group.ReadString()} {group.ReadString()}";
            group.SkipTags();
            return shown;
        });
        End(answer);
        return groups;
    }

    private static void End(WireReader answer)
    {
        answer.SkipTags();
        answer.Left.ShouldBe(0);
    }

    private sealed record Answer(ErrorCode Error, string? MemberId, int Epoch, int IntervalMs, string? Assignment);
}
