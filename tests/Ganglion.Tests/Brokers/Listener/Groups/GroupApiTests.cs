using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Groups;

/// <summary>The life of a group, field by field, in the oldest and the newest version of each request.</summary>
public sealed class GroupApiTests : IAsyncLifetime
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private KafkaListener _listener = null!;
    private ListenerClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        await _broker.Topics.CreateAsync("t", cancellationToken: TestContext.Current.CancellationToken);
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
    [InlineData(0, 0, 0, 0, 2, 1, 0, 0, 0, null)]
    [InlineData(1, 1, 1, 1, 3, 2, 1, 1, 1, null)]
    [InlineData(3, 2, 2, 2, 5, 5, 3, 2, 1, null)]
    [InlineData(5, 3, 3, 3, 7, 6, 4, 3, 2, "shelf")]
    [InlineData(6, 4, 4, 4, 8, 7, 5, 4, 2, "shelf")]
    [InlineData(7, 5, 4, 5, 8, 8, 5, 4, 2, null)]
    [InlineData(9, 5, 4, 5, 9, 9, 5, 5, 2, "shelf")]
    public async Task A_member_joins_commits_and_leaves_and_its_group_is_deleted(
        short join, short sync, short heartbeat, short leave, short commit, short fetch, short describe, short list, short delete, string? instanceId)
    {
        ReadOnlyMemory<byte> assignment = ConsumerProtocol.WriteAssignment([new TopicPartition("t", 0)]);

        (string memberId, int generation) = await JoinAsync(join, instanceId);
        (await SyncAsync(sync, memberId, generation, instanceId, assignment)).ShouldBe(assignment.ToArray());
        (await HeartbeatAsync(heartbeat, memberId, generation, instanceId)).ShouldBe(ErrorCode.None);
        (await HeartbeatAsync(heartbeat, memberId, generation + 1, instanceId)).ShouldBe(ErrorCode.IllegalGeneration);
        (await CommitAsync(commit, memberId, generation, instanceId)).ShouldBe([ErrorCode.None, ErrorCode.UnknownTopicOrPartition]);
        (await FetchAsync(fetch, all: false)).ShouldBe([(0, 3, "note"), (1, -1, "")]);
        if (fetch >= 2)
        {
            (await FetchAsync(fetch, all: true)).ShouldBe([(0, 3, "note")]);
        }

        (await DescribeAsync(describe)).ShouldBe(("Stable", "consumer", "range", memberId, Convert.ToHexString(assignment.Span)));
        (await ListAsync(list, "Stable")).ShouldBe(["g"]);
        (await DeleteAsync(delete)).ShouldBe(ErrorCode.NonEmptyGroup);
        (await LeaveAsync(leave, memberId, instanceId)).ShouldBe(ErrorCode.None);
        (await LeaveAsync(leave, memberId, instanceId)).ShouldBe(ErrorCode.UnknownMemberId);
        if (list >= 4)
        {
            (await ListAsync(list, "Stable")).ShouldBeEmpty();
        }

        (await ListAsync(list, "Empty")).ShouldBe(["g"]);
        (await DeleteOffsetsAsync()).ShouldBe([ErrorCode.None, ErrorCode.UnknownTopicOrPartition]);
        (await CommitAsync(commit, "", -1, null)).ShouldBe([ErrorCode.None, ErrorCode.UnknownTopicOrPartition]);
        (await DeleteAsync(delete)).ShouldBe(ErrorCode.None);
        (await DeleteAsync(delete)).ShouldBe(ErrorCode.GroupIdNotFound);
        (await DescribeAsync(describe)).ShouldBe(("Dead", "", "", null, null));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_member_that_waits_to_join_can_leave_on_the_same_connection()
    {
        (string memberId, _) = await JoinAsync(0, null);
        await using ListenerClient other = ListenerClient.Connect(_listener);
        await other.SendAsync(ListenerClient.Encode(ApiKey.JoinGroup, 0, 1, writer => WriteJoin(writer, 0, "", null)));
        while ((await _broker.Groups.FindAsync("g", TestContext.Current.CancellationToken))!.Members.Count < 2)
        {
            await Task.Yield();
        }

        string waiting = (await _broker.Groups.FindAsync("g", TestContext.Current.CancellationToken))!.Members
            .Single(member => member.MemberId != memberId).MemberId;
        await other.SendAsync(ListenerClient.Encode(ApiKey.LeaveGroup, 0, 2, writer =>
        {
            writer.WriteString("g");
            writer.WriteString(waiting);
        }));

        var joined = new WireReader((await other.ReceiveAsync())!);
        joined.ReadInt32().ShouldBe(1);
        ((ErrorCode)joined.ReadInt16()).ShouldBe(ErrorCode.UnknownMemberId);
        var left = new WireReader((await other.ReceiveAsync())!);
        left.ReadInt32().ShouldBe(2);
        ((ErrorCode)left.ReadInt16()).ShouldBe(ErrorCode.None);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_client_that_goes_while_it_waits_to_join_is_taken_out()
    {
        await JoinAsync(0, null);
        ListenerClient other = ListenerClient.Connect(_listener);
        await other.SendAsync(ListenerClient.Encode(ApiKey.JoinGroup, 0, 1, writer => WriteJoin(writer, 0, "", null)));
        while ((await _broker.Groups.FindAsync("g", TestContext.Current.CancellationToken))!.Members.Count < 2)
        {
            await Task.Yield();
        }

        await other.DisposeAsync();

        while ((await _broker.Groups.FindAsync("g", TestContext.Current.CancellationToken))!.Members.Count > 1)
        {
            await Task.Yield();
        }
    }

    [Theory(Timeout = 30_000)]
    [InlineData(2)]
    [InlineData(8)]
    public async Task What_cannot_be_committed_is_refused_partition_by_partition(short version)
    {
        WireReader answer = await _client.AskAsync(
            ApiKey.OffsetCommit, version, writer => WriteCommit(writer, version, "", -1, null, [(0, -1, "note"), (0, 3, new string('n', 4097)), (0, 5, null)]), version >= 8);

        ReadCommit(answer, version).ShouldBe([ErrorCode.InvalidRequest, ErrorCode.OffsetMetadataTooLarge, ErrorCode.None]);
        (await FetchAsync(1, all: false)).ShouldBe([(0, 5, ""), (1, -1, "")]);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_group_without_a_name_is_refused()
    {
        WireReader fetched = await _client.AskAsync(ApiKey.OffsetFetch, 2, writer =>
        {
            writer.WriteString("");
            writer.WriteInt32(-1);
        });
        fetched.ReadArray(topic => topic.ReadString()).ShouldBeEmpty();
        ((ErrorCode)fetched.ReadInt16()).ShouldBe(ErrorCode.InvalidGroupId);

        WireReader described = await _client.AskAsync(ApiKey.DescribeGroups, 0, writer => writer.WriteArray([""], (names, name) => names.WriteString(name)));
        described.ReadInt32().ShouldBe(1);
        ((ErrorCode)described.ReadInt16()).ShouldBe(ErrorCode.InvalidGroupId);

        WireReader left = await _client.AskAsync(ApiKey.LeaveGroup, 3, writer =>
        {
            writer.WriteString("");
            writer.WriteArray(Array.Empty<int>(), static (_, _) => { });
        });
        left.ReadInt32();
        ((ErrorCode)left.ReadInt16()).ShouldBe(ErrorCode.InvalidGroupId);
    }

    [Fact(Timeout = 30_000)]
    public async Task Offsets_of_a_group_that_there_is_not_are_not_deleted()
    {
        WireReader answer = await _client.AskAsync(ApiKey.OffsetDelete, 0, writer =>
        {
            writer.WriteString("nobody");
            writer.WriteArray(["t"], static (topics, topic) =>
            {
                topics.WriteString(topic);
                topics.WriteInt32Array([0]);
            });
        });

        ((ErrorCode)answer.ReadInt16()).ShouldBe(ErrorCode.GroupIdNotFound);
    }

    private async Task<(string MemberId, int Generation)> JoinAsync(short version, string? instanceId, string memberId = "")
    {
        WireReader answer = await _client.AskAsync(
            ApiKey.JoinGroup, version, writer => WriteJoin(writer, version, memberId, instanceId), isFlexible: version >= 6);
        SkipThrottle(answer, version >= 2);
        var error = (ErrorCode)answer.ReadInt16();
        int generation = answer.ReadInt32();
        string? type = version >= 7 ? answer.ReadNullableString() : null;
        string? protocol = answer.ReadNullableString();
        string leader = answer.ReadString();
        bool skips = version >= 9 && answer.ReadBoolean();
        string id = answer.ReadString();
        List<(string Id, string? InstanceId, byte[] Metadata)> members = answer.ReadArray(member =>
        {
            (string, string?, byte[]) read = (member.ReadString(), version >= 5 ? member.ReadNullableString() : null, member.ReadBytes().ToArray());
            member.SkipTags();
            return read;
        });
        End(answer);
        if (error == ErrorCode.MemberIdRequired)
        {
            (version >= 4 && instanceId is null && memberId.Length == 0).ShouldBeTrue();
            return await JoinAsync(version, instanceId, id);
        }

        error.ShouldBe(ErrorCode.None);
        type.ShouldBe(version >= 7 ? "consumer" : null);
        protocol.ShouldBe("range");
        leader.ShouldBe(id);
        skips.ShouldBeFalse();
        (string onlyId, string? onlyInstanceId, byte[] metadata) = members.ShouldHaveSingleItem();
        onlyId.ShouldBe(id);
        onlyInstanceId.ShouldBe(version >= 5 ? instanceId : null);
        metadata.ShouldBe([1, 2, 3]);
        return (id, generation);
    }

    private static void WriteJoin(WireWriter writer, short version, string memberId, string? instanceId)
    {
        writer.WriteString("g");
        writer.WriteInt32(10_000);
        if (version >= 1)
        {
            writer.WriteInt32(60_000);
        }

        writer.WriteString(memberId);
        if (version >= 5)
        {
            writer.WriteString(instanceId);
        }

        writer.WriteString("consumer");
        writer.WriteArray(["range"], (protocols, name) =>
        {
            protocols.WriteString(name);
            protocols.WriteBytes((ReadOnlyMemory<byte>)new byte[] { 1, 2, 3 });
            protocols.WriteTags();
        });
        if (version >= 8)
        {
            writer.WriteString("a test");
        }

        writer.WriteTags();
    }

    private async Task<byte[]> SyncAsync(short version, string memberId, int generation, string? instanceId, ReadOnlyMemory<byte> assignment)
    {
        WireReader answer = await _client.AskAsync(ApiKey.SyncGroup, version, writer =>
        {
            WriteMember(writer, memberId, generation, instanceId, namesInstance: version >= 3);
            if (version >= 5)
            {
                writer.WriteString("consumer");
                writer.WriteString("range");
            }

            writer.WriteArray([memberId], (assignments, id) =>
            {
                assignments.WriteString(id);
                assignments.WriteBytes(assignment);
                assignments.WriteTags();
            });
            writer.WriteTags();
        }, isFlexible: version >= 4);
        SkipThrottle(answer, version >= 1);
        ((ErrorCode)answer.ReadInt16()).ShouldBe(ErrorCode.None);
        if (version >= 5)
        {
            answer.ReadNullableString().ShouldBe("consumer");
            answer.ReadNullableString().ShouldBe("range");
        }

        byte[] assigned = answer.ReadBytes().ToArray();
        End(answer);
        return assigned;
    }

    private async Task<ErrorCode> HeartbeatAsync(short version, string memberId, int generation, string? instanceId)
    {
        WireReader answer = await _client.AskAsync(ApiKey.Heartbeat, version, writer =>
        {
            WriteMember(writer, memberId, generation, instanceId, namesInstance: version >= 3);
            writer.WriteTags();
        }, isFlexible: version >= 4);
        SkipThrottle(answer, version >= 1);
        var error = (ErrorCode)answer.ReadInt16();
        End(answer);
        return error;
    }

    private async Task<List<ErrorCode>> CommitAsync(short version, string memberId, int generation, string? instanceId) => ReadCommit(
        await _client.AskAsync(
            ApiKey.OffsetCommit,
            version,
            writer => WriteCommit(writer, version, memberId, generation, instanceId, [(0, 3, "note"), (1, 3, "note")]),
            isFlexible: version >= 8),
        version);

    private static void WriteCommit(
        WireWriter writer, short version, string memberId, int generation, string? instanceId, (int Number, long Offset, string? Metadata)[] offsets)
    {
        WriteMember(writer, memberId, generation, instanceId, namesInstance: version >= 7);
        if (version <= 4)
        {
            writer.WriteInt64(-1);
        }

        writer.WriteArray(["t"], (topics, topic) =>
        {
            topics.WriteString(topic);
            topics.WriteArray(offsets, (partitions, offset) =>
            {
                partitions.WriteInt32(offset.Number);
                partitions.WriteInt64(offset.Offset);
                if (version >= 6)
                {
                    partitions.WriteInt32(0);
                }

                partitions.WriteString(offset.Metadata);
                partitions.WriteTags();
            });
            topics.WriteTags();
        });
        writer.WriteTags();
    }

    private static List<ErrorCode> ReadCommit(WireReader answer, short version)
    {
        SkipThrottle(answer, version >= 3);
        List<List<ErrorCode>> errors = answer.ReadArray(topic =>
        {
            topic.ReadString().ShouldBe("t");
            List<ErrorCode> partitions = topic.ReadArray(partition =>
            {
                partition.ReadInt32();
                var error = (ErrorCode)partition.ReadInt16();
                partition.SkipTags();
                return error;
            });
            topic.SkipTags();
            return partitions;
        });
        End(answer);
        return errors.ShouldHaveSingleItem();
    }

    private async Task<List<(int Partition, long Offset, string? Metadata)>> FetchAsync(short version, bool all)
    {
        WireReader answer = await _client.AskAsync(ApiKey.OffsetFetch, version, writer =>
        {
            string[] groups = ["g"];
            if (version >= 8)
            {
                writer.WriteArray(groups, WriteGroup);
            }
            else
            {
                WriteGroup(writer, "g");
            }

            if (version >= 7)
            {
                writer.WriteBoolean(true);
            }

            writer.WriteTags();

            void WriteGroup(WireWriter group, string id)
            {
                group.WriteString(id);
                if (version >= 9)
                {
                    group.WriteString(null); // Who asks.
                    group.WriteInt32(-1);
                }

                group.WriteArray(all ? null : new[] { "t" }, (topics, topic) =>
                {
                    topics.WriteString(topic);
                    topics.WriteInt32Array([0, 1]);
                    topics.WriteTags();
                });
                if (version >= 8)
                {
                    group.WriteTags();
                }
            }
        }, isFlexible: version >= 6);
        SkipThrottle(answer, version >= 3);
        List<(int, long, string?)> offsets = version >= 8 ? answer.ReadArray(ReadGroup).ShouldHaveSingleItem() : ReadTopics(answer, version);
        if (version is >= 2 and < 8)
        {
            ((ErrorCode)answer.ReadInt16()).ShouldBe(ErrorCode.None);
        }

        End(answer);
        return offsets;

        List<(int, long, string?)> ReadGroup(WireReader group)
        {
            group.ReadString().ShouldBe("g");
            List<(int, long, string?)> read = ReadTopics(group, version);
            ((ErrorCode)group.ReadInt16()).ShouldBe(ErrorCode.None);
            group.SkipTags();
            return read;
        }
    }

    private static List<(int Partition, long Offset, string? Metadata)> ReadTopics(WireReader answer, short version) => [.. answer.ReadArray(topic =>
    {
        topic.ReadString().ShouldBe("t");
        List<(int, long, string?)> partitions = topic.ReadArray(partition =>
        {
            int number = partition.ReadInt32();
            long offset = partition.ReadInt64();
            if (version >= 5)
            {
                partition.ReadInt32().ShouldBe(-1);
            }

            string? metadata = partition.ReadNullableString();
            ((ErrorCode)partition.ReadInt16()).ShouldBe(ErrorCode.None);
            partition.SkipTags();
            return (number, offset, metadata);
        });
        topic.SkipTags();
        return partitions;
    }).SelectMany(partitions => partitions)];

    private async Task<(string State, string Type, string Protocol, string? MemberId, string? Assignment)> DescribeAsync(short version)
    {
        WireReader answer = await _client.AskAsync(ApiKey.DescribeGroups, version, writer =>
        {
            writer.WriteArray(["g"], (groups, group) => groups.WriteString(group));
            if (version >= 3)
            {
                writer.WriteBoolean(false);
            }

            writer.WriteTags();
        }, isFlexible: version >= 5);
        SkipThrottle(answer, version >= 1);
        var groups = answer.ReadArray(group =>
        {
            ((ErrorCode)group.ReadInt16()).ShouldBe(ErrorCode.None);
            group.ReadString().ShouldBe("g");
            (string state, string type, string protocol) = (group.ReadString(), group.ReadString(), group.ReadString());
            List<(string? Id, string? Assignment)> members = group.ReadArray(member =>
            {
                string id = member.ReadString();
                if (version >= 4)
                {
                    member.ReadNullableString();
                }

                member.ReadString().ShouldBe("test");
                member.ReadString().ShouldBe("127.0.0.1");
                member.ReadBytes().ToArray().ShouldBe([1, 2, 3]);
                string assignment = Convert.ToHexString(member.ReadBytes().Span);
                member.SkipTags();
                return ((string?)id, (string?)assignment);
            });
            if (version >= 3)
            {
                group.ReadInt32().ShouldBe(int.MinValue);
            }

            group.SkipTags();
            return (state, type, protocol, members.FirstOrDefault().Id, members.FirstOrDefault().Assignment);
        });
        End(answer);
        return groups.ShouldHaveSingleItem();
    }

    private async Task<List<string>> ListAsync(short version, string state)
    {
        WireReader answer = await _client.AskAsync(ApiKey.ListGroups, version, writer =>
        {
            if (version >= 4)
            {
                writer.WriteArray([state], (states, name) => states.WriteString(name));
            }

            if (version >= 5)
            {
                writer.WriteArray(["classic"], (types, name) => types.WriteString(name));
            }

            writer.WriteTags();
        }, isFlexible: version >= 3);
        SkipThrottle(answer, version >= 1);
        ((ErrorCode)answer.ReadInt16()).ShouldBe(ErrorCode.None);
        List<string> groups = answer.ReadArray(group =>
        {
            string id = group.ReadString();
            group.ReadString().ShouldBe("consumer");
            if (version >= 4)
            {
                group.ReadString().ShouldBe(state);
            }

            if (version >= 5)
            {
                group.ReadString().ShouldBe("classic");
            }

            group.SkipTags();
            return id;
        });
        End(answer);
        return groups;
    }

    private async Task<ErrorCode> LeaveAsync(short version, string memberId, string? instanceId)
    {
        WireReader answer = await _client.AskAsync(ApiKey.LeaveGroup, version, writer =>
        {
            writer.WriteString("g");
            if (version < 3)
            {
                writer.WriteString(memberId);
            }
            else
            {
                writer.WriteArray([memberId], (members, id) =>
                {
                    members.WriteString(id);
                    members.WriteString(instanceId);
                    if (version >= 5)
                    {
                        members.WriteString("a test");
                    }

                    members.WriteTags();
                });
            }

            writer.WriteTags();
        }, isFlexible: version >= 4);
        SkipThrottle(answer, version >= 1);
        var error = (ErrorCode)answer.ReadInt16();
        if (version >= 3)
        {
            error.ShouldBe(ErrorCode.None);
            error = answer.ReadArray(member =>
            {
                member.ReadString().ShouldBe(memberId);
                member.ReadNullableString().ShouldBe(instanceId);
                var left = (ErrorCode)member.ReadInt16();
                member.SkipTags();
                return left;
            }).ShouldHaveSingleItem();
        }

        End(answer);
        return error;
    }

    private async Task<ErrorCode> DeleteAsync(short version)
    {
        WireReader answer = await _client.AskAsync(ApiKey.DeleteGroups, version, writer =>
        {
            writer.WriteArray(["g"], (groups, group) => groups.WriteString(group));
            writer.WriteTags();
        }, isFlexible: version >= 2);
        SkipThrottle(answer, has: true);
        ErrorCode error = answer.ReadArray(group =>
        {
            group.ReadString().ShouldBe("g");
            var deleted = (ErrorCode)group.ReadInt16();
            group.SkipTags();
            return deleted;
        }).ShouldHaveSingleItem();
        End(answer);
        return error;
    }

    private async Task<List<ErrorCode>> DeleteOffsetsAsync()
    {
        WireReader answer = await _client.AskAsync(ApiKey.OffsetDelete, 0, writer =>
        {
            writer.WriteString("g");
            writer.WriteArray(["t"], (topics, topic) =>
            {
                topics.WriteString(topic);
                topics.WriteInt32Array([0, 1]);
            });
        });
        ((ErrorCode)answer.ReadInt16()).ShouldBe(ErrorCode.None);
        SkipThrottle(answer, has: true);
        List<ErrorCode> errors = answer.ReadArray(topic =>
        {
            topic.ReadString().ShouldBe("t");
            return topic.ReadArray(partition =>
            {
                partition.ReadInt32();
                return (ErrorCode)partition.ReadInt16();
            });
        }).ShouldHaveSingleItem();
        End(answer);
        return errors;
    }

    private static void WriteMember(WireWriter writer, string memberId, int generation, string? instanceId, bool namesInstance)
    {
        writer.WriteString("g");
        writer.WriteInt32(generation);
        writer.WriteString(memberId);
        if (namesInstance)
        {
            writer.WriteString(instanceId);
        }
    }

    private static void SkipThrottle(WireReader answer, bool has)
    {
        if (has)
        {
            answer.ReadInt32().ShouldBe(0);
        }
    }

    private static void End(WireReader answer)
    {
        answer.SkipTags();
        answer.Left.ShouldBe(0);
    }
}
