using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>What clients are told that name topics, coordinators and protocols in ways in which they cannot be meant.</summary>
public sealed class NamedTopicTests : ListenerTests
{
    [Fact(Timeout = 30_000)]
    public async Task Topics_are_deleted_by_name_or_by_id()
    {
        Guid first = await CreateAsync("first");
        await CreateAsync("second");

        (await DeleteAsync((null, first), ("second", Guid.Empty))).ShouldBe([("first", ErrorCode.None), ("second", ErrorCode.None)]);

        Broker.Catalog.All.ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_topic_that_is_named_in_two_ways_or_twice_or_not_at_all_is_not_deleted()
    {
        Guid first = await CreateAsync("first");
        await CreateAsync("second");
        await CreateAsync("third");

        (await DeleteAsync(("second", first), (null, first), ("first", Guid.Empty), ("third", Guid.Empty), ("third", Guid.Empty), (null, Guid.Empty)))
            .Select(deleted => deleted.Error).Distinct().ShouldBe([ErrorCode.InvalidRequest]);

        Broker.Catalog.All.Count().ShouldBe(3);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_name_that_no_topic_can_have_is_not_waited_for() =>
        (await DescribeAsync(12, ("no/ne", Guid.Empty), ("none", Guid.Empty)))
            .ShouldBe([("no/ne", ErrorCode.InvalidTopic), ("none", ErrorCode.UnknownTopicOrPartition)]);

    [Theory(Timeout = 30_000)]
    [InlineData(10, (short)ErrorCode.InvalidRequest)]
    [InlineData(11, (short)ErrorCode.InvalidRequest)]
    [InlineData(12, (short)ErrorCode.None)]
    public async Task Ids_are_looked_up_by_versions_that_know_them(short version, short error)
    {
        Guid id = await CreateAsync("t");

        (await DescribeAsync(version, (null, id))).ShouldHaveSingleItem().Error.ShouldBe((ErrorCode)error);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(1, 0, true)]
    [InlineData(4, 1, true)]
    [InlineData(1, 2, false)]
    [InlineData(4, 2, false)]
    public async Task There_are_coordinators_of_groups_and_of_transactions(short version, sbyte type, bool isThere)
    {
        WireReader answer = await Client.AskAsync(
            ApiKey.FindCoordinator,
            version,
            writer =>
            {
                if (version < 4)
                {
                    writer.WriteString("key");
                }

                writer.WriteInt8(type);
                if (version >= 4)
                {
                    writer.WriteArray(["key"], static (keys, key) => keys.WriteString(key));
                }

                writer.WriteTags();
            },
            isFlexible: version >= 3);
        answer.ReadInt32(); // Throttle time.
        (ErrorCode Error, int Node) told = version >= 4
            ? answer.ReadArray(static reader =>
            {
                reader.ReadString();
                int node = reader.ReadInt32();
                reader.ReadString();
                reader.ReadInt32();
                var error = (ErrorCode)reader.ReadInt16();
                reader.ReadNullableString();
                reader.SkipTags();
                return (error, node);
            }).ShouldHaveSingleItem()
            : ReadCoordinator(answer);

        told.ShouldBe(isThere ? (ErrorCode.None, 0) : (ErrorCode.InvalidRequest, -1));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(null, "range")]
    [InlineData("consumer", null)]
    public async Task Who_asks_for_its_part_says_how_it_is_shared_out(string? type, string? name)
    {
        WireReader answer = await Client.AskAsync(
            ApiKey.SyncGroup,
            5,
            writer =>
            {
                writer.WriteString("group");
                writer.WriteInt32(1);
                writer.WriteString("member");
                writer.WriteString(null); // No instance.
                writer.WriteString(type);
                writer.WriteString(name);
                writer.WriteArray(Array.Empty<string>(), static (_, _) => { });
                writer.WriteTags();
            },
            isFlexible: true);

        answer.ReadInt32(); // Throttle time.
        answer.ReadInt16().ShouldBe((short)ErrorCode.InconsistentGroupProtocol);
    }

    private static (ErrorCode Error, int Node) ReadCoordinator(WireReader reader)
    {
        var error = (ErrorCode)reader.ReadInt16();
        reader.ReadNullableString();
        return (error, reader.ReadInt32());
    }

    private async Task<Guid> CreateAsync(string name) => (await Broker.Topics.CreateAsync(name, cancellationToken: Deadline)).Id;

    private async Task<List<(string? Name, ErrorCode Error)>> DeleteAsync(params (string? Name, Guid Id)[] topics)
    {
        WireReader answer = await Client.AskAsync(
            ApiKey.DeleteTopics,
            6,
            writer =>
            {
                WriteTopics(writer, idFirst: false, topics);
                writer.WriteInt32(1000);
                writer.WriteTags();
            },
            isFlexible: true);
        answer.ReadInt32(); // Throttle time.
        return answer.ReadArray(static reader =>
        {
            string? name = reader.ReadNullableString();
            reader.ReadUuid();
            var error = (ErrorCode)reader.ReadInt16();
            reader.ReadNullableString();
            reader.SkipTags();
            return (name, error);
        });
    }

    // Creates none.
    private async Task<List<(string? Name, ErrorCode Error)>> DescribeAsync(short version, params (string? Name, Guid Id)[] topics)
    {
        WireReader answer = await Client.AskAsync(
            ApiKey.Metadata,
            version,
            writer =>
            {
                WriteTopics(writer, idFirst: true, topics);
                writer.WriteBoolean(false); // It may not be created.
                writer.WriteBoolean(false); // What is allowed need not be told.
                if (version == 10)
                {
                    writer.WriteBoolean(false);
                }

                writer.WriteTags();
            },
            isFlexible: true);
        answer.ReadInt32(); // Throttle time.
        answer.ReadArray(static reader =>
        {
            reader.ReadInt32();
            reader.ReadString();
            reader.ReadInt32();
            reader.ReadNullableString();
            reader.SkipTags();
            return 0;
        });
        answer.ReadNullableString();
        answer.ReadInt32();
        return answer.ReadArray(static reader =>
        {
            var error = (ErrorCode)reader.ReadInt16();
            string? name = reader.ReadNullableString();
            reader.ReadUuid();
            reader.ReadBoolean();
            reader.ReadArray(static partition =>
            {
                partition.ReadInt16();
                partition.ReadInt32();
                partition.ReadInt32();
                partition.ReadInt32();
                for (int i = 0; i < 3; i++)
                {
                    partition.ReadArray(static node => node.ReadInt32());
                }

                partition.SkipTags();
                return 0;
            });
            reader.ReadInt32();
            reader.SkipTags();
            return (name, error);
        });
    }

    private static void WriteTopics(WireWriter writer, bool idFirst, (string? Name, Guid Id)[] topics) => writer.WriteArray(topics, (written, topic) =>
    {
        if (idFirst)
        {
            written.WriteUuid(topic.Id);
        }

        written.WriteString(topic.Name);
        if (!idFirst)
        {
            written.WriteUuid(topic.Id);
        }

        written.WriteTags();
    });
}
