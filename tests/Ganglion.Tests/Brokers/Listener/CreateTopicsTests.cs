using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Clients create topics, or ask what would be created.</summary>
public sealed class CreateTopicsTests()
    : ListenerTests(new EmbeddedBrokerOptions { TopicDefaults = new TopicSettings { Partitions = 3, Retention = TimeSpan.FromHours(2) } })
{
    [Fact(Timeout = 30_000)]
    public async Task What_would_be_created_is_what_is_created()
    {
        List<Created> validated = await CreateAsync(onlyValidates: true, "notes");

        (await Broker.Topics.FindAsync("notes", Deadline)).ShouldBeNull();
        List<Created> created = await CreateAsync(onlyValidates: false, "notes");
        created.ShouldBe(validated);
        created.ShouldHaveSingleItem().ShouldBe(new Created("notes", ErrorCode.None, 3, "7200000") { Source = 5 });
        (await CreateAsync(onlyValidates: true, "notes")).ShouldHaveSingleItem().Error.ShouldBe(ErrorCode.TopicAlreadyExists);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_topic_that_is_named_twice_is_not_created()
    {
        List<Created> created = await CreateAsync(onlyValidates: false, "notes", "others", "notes");

        created.Select(topic => (topic.Name, topic.Error)).ShouldBe([("notes", ErrorCode.InvalidRequest), ("others", ErrorCode.None)]);
        (await Broker.Topics.FindAsync("notes", Deadline)).ShouldBeNull();
    }

    [Theory(Timeout = 30_000)]
    [InlineData(10_001, 1, "1", (short)ErrorCode.InvalidPartitions)]
    [InlineData(0, 1, "1", (short)ErrorCode.InvalidPartitions)]
    [InlineData(1, 0, "1", (short)ErrorCode.InvalidReplicationFactor)]
    [InlineData(1, -2, "1", (short)ErrorCode.InvalidReplicationFactor)]
    [InlineData(1, 1, null, (short)ErrorCode.InvalidConfig)]
    [InlineData(1, 3, "1", (short)ErrorCode.None)]
    public async Task What_no_topic_can_have_is_refused(int partitions, short replicas, string? retention, short error) =>
        (await CreateAsync(onlyValidates: false, partitions, replicas, [("retention.ms", retention)], "notes")).ShouldHaveSingleItem().Error
            .ShouldBe((ErrorCode)error);

    [Fact(Timeout = 30_000)]
    public async Task Replicas_cannot_be_placed()
    {
        (await CreateAsync(onlyValidates: false, -1, -1, [], ["notes"], replicaOfFirst: 0)).ShouldHaveSingleItem().Error.ShouldBe(ErrorCode.InvalidReplicaAssignment);

        (await Broker.Topics.FindAsync("notes", Deadline)).ShouldBeNull();
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_created_is_told_with_what_is_its_own()
    {
        const sbyte Own = 1, Brokers = 5;

        (await CreateAsync(onlyValidates: false, "notes")).ShouldHaveSingleItem().Source.ShouldBe(Brokers);
        (await CreateAsync(onlyValidates: false, 1, 1, [("retention.ms", "1")], "others")).ShouldHaveSingleItem().Source.ShouldBe(Own);
    }

    private Task<List<Created>> CreateAsync(bool onlyValidates, params string[] names) => CreateAsync(onlyValidates, -1, -1, [], names);

    private Task<List<Created>> CreateAsync(
        bool onlyValidates, int partitions, short replicas, (string Name, string? Value)[] settings, params string[] names) =>
        CreateAsync(onlyValidates, partitions, replicas, settings, names, replicaOfFirst: null);

    private async Task<List<Created>> CreateAsync(
        bool onlyValidates, int partitions, short replicas, (string Name, string? Value)[] settings, string[] names, int? replicaOfFirst)
    {
        WireReader answer = await Client.AskAsync(
            ApiKey.CreateTopics,
            5,
            writer =>
            {
                writer.WriteArray(names, (topics, name) =>
                {
                    topics.WriteString(name);
                    topics.WriteInt32(partitions);
                    topics.WriteInt16(replicas);
                    topics.WriteArray(replicaOfFirst is { } replica ? new[] { replica } : [], static (assignments, broker) =>
                    {
                        assignments.WriteInt32(0);
                        assignments.WriteInt32Array([broker]);
                        assignments.WriteTags();
                    });
                    topics.WriteArray(settings, static (entries, entry) =>
                    {
                        entries.WriteString(entry.Name);
                        entries.WriteString(entry.Value);
                        entries.WriteTags();
                    });
                    topics.WriteTags();
                });
                writer.WriteInt32(1_000);
                writer.WriteBoolean(onlyValidates);
                writer.WriteTags();
            },
            isFlexible: true);
        answer.ReadInt32();
        return answer.ReadArray(static topic =>
        {
            string name = topic.ReadString();
            var error = (ErrorCode)topic.ReadInt16();
            topic.ReadNullableString();
            int count = topic.ReadInt32();
            topic.ReadInt16();
            List<(string Name, string? Value, sbyte Source)>? config = topic.ReadNullableArray(static entry =>
            {
                string setting = entry.ReadString();
                string? value = entry.ReadNullableString();
                entry.ReadBoolean();
                sbyte source = entry.ReadInt8();
                entry.ReadBoolean();
                entry.SkipTags();
                return (setting, value, source);
            });
            topic.SkipTags();
            (_, string? retention, sbyte source) = config?.Single(entry => entry.Name == "retention.ms") ?? default;
            return new Created(name, error, count, retention) { Source = source };
        });
    }

    private sealed record Created(string Name, ErrorCode Error, int Partitions, string? Retention)
    {
        public sbyte Source { get; init; }
    }
}
