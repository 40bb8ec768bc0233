using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Tests.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Clients change the settings of topics.</summary>
public sealed class ConfigApiTests()
    : ListenerTests(new EmbeddedBrokerOptions { TopicDefaults = new TopicSettings { RetentionBytes = 7000 } })
{
    private const sbyte Set = 0;
    private const sbyte Delete = 1;
    private const sbyte Append = 2;
    private const sbyte Subtract = 3;

    private static readonly TopicSettings Before = new()
    {
        Partitions = 2, Retention = TimeSpan.FromHours(1), MaxMessageBytes = 2000, SegmentBytes = 4096,
    };

    private TopicSettings Settings => Broker.Catalog.Find("t")!.Settings;

    protected override async Task PrepareAsync()
    {
        await Broker.Topics.CreateAsync("t", Before, Deadline);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task All_settings_are_replaced_and_those_that_are_not_named_fall_back_to_the_brokers_defaults(short version)
    {
        (await Client.AlterAsync(version, "t", onlyValidates: false, ("retention.ms", "60000"), ("cleanup.policy", "compact,delete")))
            .ShouldBe((ErrorCode.None, null));

        Settings.ShouldBe(TopicRules.Resolve(
            new TopicSettings
            {
                Partitions = 2, Retention = TimeSpan.FromMinutes(1), RetentionBytes = 7000, Cleanup = CleanupPolicy.Compact | CleanupPolicy.Delete,
            },
            new TopicSettings()));
        Dictionary<string, string?> told = await Client.DescribeAsync("t");
        (told["retention.ms"], told["retention.bytes"], told["cleanup.policy"], told["max.message.bytes"])
            .ShouldBe(("60000", "7000", "compact,delete", "1048576"));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Single_settings_are_changed_and_all_others_stay(short version)
    {
        TopicSettings before = Settings;

        (await Client.ChangeAsync(
            version, ConfigRequests.Topic, "t", onlyValidates: false, ("retention.ms", Set, "60000"), ("max.message.bytes", Delete, null), ("cleanup.policy", Append, "compact")))
            .ShouldBe((ErrorCode.None, null));

        Settings.ShouldBe(before with
        {
            Retention = TimeSpan.FromMinutes(1), MaxMessageBytes = 1024 * 1024, Cleanup = CleanupPolicy.Compact | CleanupPolicy.Delete,
        });
        (await Client.ChangeAsync(version, ConfigRequests.Topic, "t", onlyValidates: false, ("cleanup.policy", Subtract, "delete"))).Error.ShouldBe(ErrorCode.None);
        (await Client.DescribeAsync("t"))["cleanup.policy"].ShouldBe("compact");
    }

    [Fact(Timeout = 30_000)]
    public async Task Settings_are_told_with_their_types_and_whether_they_are_the_brokers_own()
    {
        const sbyte Ours = 1, Brokers = 5, Int = 3, Long = 5, List = 7;
        await Broker.Topics.CreateAsync("compacted", new TopicSettings { Cleanup = CleanupPolicy.Compact }, Deadline);

        (ErrorCode error, Dictionary<string, (sbyte Source, sbyte Type)> told) = await Client.DescribeAsync(ConfigRequests.Topic, "t");
        error.ShouldBe(ErrorCode.None);
        told.ShouldBe(
            new Dictionary<string, (sbyte, sbyte)>
            {
                ["cleanup.policy"] = (Brokers, List),
                ["retention.ms"] = (Ours, Long),
                ["retention.bytes"] = (Brokers, Long),
                ["segment.bytes"] = (Ours, Int),
                ["max.message.bytes"] = (Ours, Int),
                ["delete.retention.ms"] = (Brokers, Long),
                ["min.compaction.lag.ms"] = (Brokers, Long),
            },
            ignoreOrder: true);

        // Its segments are smaller only because it is compacted.
        (await Client.DescribeAsync(ConfigRequests.Topic, "compacted", "cleanup.policy", "segment.bytes", "segment.ms")).Entries.ShouldBe(
            new Dictionary<string, (sbyte, sbyte)>
            {
                ["cleanup.policy"] = (Ours, List), ["segment.bytes"] = (Brokers, Int), ["segment.ms"] = (Brokers, Long),
            },
            ignoreOrder: true);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(ConfigRequests.Topic, "none", (short)ErrorCode.UnknownTopicOrPartition)]
    [InlineData(ConfigRequests.Topic, "no/ne", (short)ErrorCode.InvalidTopic)]
    [InlineData((sbyte)4, "0", (short)ErrorCode.None)]
    [InlineData((sbyte)4, "", (short)ErrorCode.None)]
    [InlineData((sbyte)4, "1", (short)ErrorCode.InvalidRequest)]
    [InlineData((sbyte)8, "0", (short)ErrorCode.None)]
    [InlineData((sbyte)8, "1", (short)ErrorCode.InvalidRequest)]
    [InlineData((sbyte)32, "group", (short)ErrorCode.None)]
    [InlineData((sbyte)1, "t", (short)ErrorCode.InvalidRequest)]
    public async Task What_is_no_topic_has_no_settings(sbyte type, string name, short error)
    {
        (ErrorCode told, Dictionary<string, (sbyte, sbyte)> entries) = await Client.DescribeAsync(type, name);

        told.ShouldBe((ErrorCode)error);
        entries.ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task New_settings_are_obeyed_at_once()
    {
        await Broker.AppendAsync(new string('x', 1000).To("t"));

        (await Client.SetAsync("t", "max.message.bytes", "500")).Error.ShouldBe(ErrorCode.None);

        (await Should.ThrowAsync<RecordTooLargeException>(() => Broker.AppendAsync(new string('x', 1000).To("t")))).Message.ShouldContain("500");
    }

    [Theory(Timeout = 30_000)]
    [InlineData(ConfigRequests.Topic, "none", "retention.ms", Set, "1", (short)ErrorCode.UnknownTopicOrPartition, "'none'")]
    [InlineData(ConfigRequests.Topic, "__consumer_offsets", "retention.ms", Set, "1", (short)ErrorCode.InvalidTopic, "belongs to the broker")]
    [InlineData((sbyte)4, "0", "log.retention.ms", Set, "1", (short)ErrorCode.InvalidRequest, "Only topics")]
    [InlineData((sbyte)1, "t", "retention.ms", Set, "1", (short)ErrorCode.UnsupportedVersion, "Only topics")]
    [InlineData(ConfigRequests.Topic, "t", "retention.days", Set, "1", (short)ErrorCode.InvalidConfig, "retention.days is not known")]
    [InlineData(ConfigRequests.Topic, "t", "retention.days", Delete, null, (short)ErrorCode.InvalidConfig, "retention.days is not known")]
    [InlineData(ConfigRequests.Topic, "t", "retention.ms", Set, "soon", (short)ErrorCode.InvalidConfig, "retention.ms cannot be 'soon'")]
    [InlineData(ConfigRequests.Topic, "t", "message.timestamp.type", Set, "LogAppendTime", (short)ErrorCode.InvalidConfig, "for the broker gives them none")]
    [InlineData(ConfigRequests.Topic, "t", "retention.ms", Set, "-9223372036854775808", (short)ErrorCode.InvalidConfig, "retention.ms")]
    [InlineData(ConfigRequests.Topic, "t", "segment.bytes", Set, "-4294966000", (short)ErrorCode.InvalidConfig, "segment.bytes")]
    [InlineData(ConfigRequests.Topic, "t", "segment.bytes", Set, "1", (short)ErrorCode.InvalidConfig, "segment.bytes is 1; at least 1,024")]
    [InlineData(ConfigRequests.Topic, "t", "retention.ms", Set, null, (short)ErrorCode.InvalidRequest, "has no value")]
    [InlineData(ConfigRequests.Topic, "t", "retention.ms", Append, "1", (short)ErrorCode.InvalidConfig, "no list")]
    [InlineData(ConfigRequests.Topic, "t", "retention.ms", Subtract, "1", (short)ErrorCode.InvalidConfig, "no list")]
    [InlineData(ConfigRequests.Topic, "t", "cleanup.policy", Set, "compact,burn", (short)ErrorCode.InvalidConfig, "compact,burn")]
    [InlineData(ConfigRequests.Topic, "t", "cleanup.policy", Append, "burn", (short)ErrorCode.InvalidConfig, "takes nothing else")]
    [InlineData(ConfigRequests.Topic, "t", "cleanup.policy", Subtract, "delete", (short)ErrorCode.InvalidConfig, "must keep")]
    [InlineData(ConfigRequests.Topic, "t", "cleanup.policy", (sbyte)9, "delete", (short)ErrorCode.InvalidRequest, "not known")]
    public async Task What_cannot_be_is_refused_and_changes_nothing(
        sbyte type, string resource, string name, sbyte operation, string? value, short error, string fault)
    {
        TopicSettings before = Settings;

        (ErrorCode told, string? why) = await Client.ChangeAsync(
            1, type, resource, onlyValidates: false, ("max.message.bytes", Set, "999"), (name, operation, value));

        told.ShouldBe((ErrorCode)error);
        why.ShouldNotBeNull().ShouldContain(fault);
        Settings.ShouldBe(before);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_named_twice_is_refused()
    {
        TopicSettings before = Settings;

        (await Client.ChangeAsync(1, ConfigRequests.Topic, "t", onlyValidates: false, ("retention.ms", Set, "1"), ("retention.ms", Set, "2")))
            .Error.ShouldBe(ErrorCode.InvalidRequest);
        (await Client.ChangeAsync(1, [(ConfigRequests.Topic, "t"), (ConfigRequests.Topic, "t")], onlyValidates: false, ("retention.ms", Set, "1")))
            .Error.ShouldBe(ErrorCode.InvalidRequest);
        (await Client.AlterAsync(2, "t", onlyValidates: false, ("retention.ms", null))).Error.ShouldBe(ErrorCode.InvalidRequest);

        Settings.ShouldBe(before);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_only_looked_at_changes_nothing()
    {
        TopicSettings before = Settings;

        (await Client.AlterAsync(2, "t", onlyValidates: true, ("retention.ms", "1"))).ShouldBe((ErrorCode.None, null));
        (await Client.ChangeAsync(1, ConfigRequests.Topic, "t", onlyValidates: true, ("retention.ms", Set, "1"))).ShouldBe((ErrorCode.None, null));
        (await Client.ChangeAsync(1, ConfigRequests.Topic, "t", onlyValidates: true, ("segment.bytes", Set, "1"))).Error.ShouldBe(ErrorCode.InvalidConfig);

        Settings.ShouldBe(before);
    }
}
