using System.Text;
using Ganglion.Brokers;
using Ganglion.Kafka.Tests.Foreign;
using Ganglion.Kafka.Tests.Listener;

namespace Ganglion.Kafka.Tests.Clients;

/// <summary>What a client can do with an embedded broker that listens. Each client inherits it; no two tests use the same topics.</summary>
public abstract class KafkaClientTests(ClientFixture fixture)
{
    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    protected KafkaClient Client => fixture.Client;

    private ListeningBroker Broker => fixture.Broker;

    [Theory(Timeout = 120_000)]
    [InlineData(null)]
    [InlineData("gzip")]
    public async Task What_it_writes_is_kept_as_it_was_written_and_it_reads_it_again(string? compression)
    {
        string topic = await Broker.CreateTopicAsync();
        ForeignRecord[] records = [.. Samples.Of("written").Select(record => record with { Partition = 0 })];

        await Client.ProduceAsync(topic, records, compression);

        (await Broker.ReadAsync(topic)).Select(record => Samples.Show(record.Record)).ShouldBe(records.Select(Samples.Show), ignoreOrder: true);
        (await Client.ReadAsync(topic, records.Length)).Select(Samples.Show).ShouldBe(records.Select(Samples.Show), ignoreOrder: true);
        (await StoredBatch.ReadAsync(Broker.Servers, topic)).Any(batch => batch.Compression == "gzip").ShouldBe(compression == "gzip");
    }

    [Fact(Timeout = 120_000)]
    public async Task It_puts_a_key_into_the_partition_in_which_agents_look_for_it()
    {
        string topic = await Broker.CreateTopicAsync(partitions: 4);
        string ours = await Broker.CreateTopicAsync(partitions: 4);
        string[] keys = [.. Enumerable.Range(0, 50).Select(number => $"key-{number}")];
        await using IEventProducer producer = await Broker.Broker.CreateProducerAsync(cancellationToken: Deadline);
        IReadOnlyList<TopicPartitionOffset> places = await producer.AppendAsync(
            [.. keys.Select(key => new ProducerRecord(ours, new Record(Encoding.UTF8.GetBytes(key), null)))], Deadline);

        await Client.ProduceAsync(topic, [.. keys.Select(key => ForeignRecord.Of(key, "{}"))]);

        (await Client.ReadAsync(topic, keys.Length)).Select(record => (record.Partition!.Value, Encoding.UTF8.GetString(record.Key!)))
            .ShouldBe(keys.Zip(places, (key, place) => (place.Partition.Partition, key)), ignoreOrder: true);
    }

    [Fact(Timeout = 120_000)]
    public Task Its_idempotent_producers_are_known_apart() => TryAsync(Ability.Idempotence, async () =>
    {
        string topic = await Broker.CreateTopicAsync();
        ForeignRecord record = ForeignRecord.Of("key", "value") with { Partition = 0 };
        await using KafkaClient other = fixture.Kind.Open(Broker.Servers);

        await Client.ProduceAsync(topic, [record, record], isIdempotent: true);
        await other.ProduceAsync(topic, [record, record], isIdempotent: true);

        List<StoredBatch> batches = await StoredBatch.ReadAsync(Broker.Servers, topic);
        batches.Sum(batch => batch.Records).ShouldBe(4);
        batches.ShouldAllBe(batch => batch.ProducerId >= 0 && batch.BaseSequence >= 0);
        batches.Select(batch => batch.ProducerId).Distinct().Count().ShouldBe(2);
    });

    [Fact(Timeout = 120_000)]
    public Task Of_its_transactions_those_are_read_that_it_commits() => TryAsync(Ability.Transactions, async () =>
    {
        string topic = await Broker.CreateTopicAsync();

        await Client.TransactAsync(topic, ListeningBroker.NewName(), Transaction("kept", true), Transaction("aborted", false), Transaction("last", true));

        (await Broker.ReadAsync(topic)).Select(record => Encoding.UTF8.GetString(record.Record.Value!.Value.Span)).ShouldBe(["kept", "last"]);
        List<StoredBatch> batches = await StoredBatch.ReadAsync(Broker.Servers, topic);
        batches.ShouldAllBe(batch => batch.IsTransactional);
        batches.Count(batch => batch.IsControl).ShouldBe(3);

        static ClientTransaction Transaction(string text, bool commits) => new([ForeignRecord.Of("key", text) with { Partition = 0 }], commits);
    });

    [Fact(Timeout = 120_000)]
    public Task It_reads_what_is_committed() => TryAsync(Ability.ReadingCommitted, async () =>
    {
        string topic = await Broker.CreateTopicAsync();
        Broker.Transact(topic, ("kept", true), ("aborted", false), ("last", true));

        (await Client.ReadAsync(topic, 2, isCommitted: true)).Select(record => record.Text).ShouldBe(["kept", "last"]);
    });

    [Fact(Timeout = 120_000)]
    public async Task It_reads_what_was_aborted_if_it_wants_to()
    {
        string topic = await Broker.CreateTopicAsync();
        Broker.Transact(topic, ("kept", true), ("aborted", false), ("last", true));

        (await Client.ReadAsync(topic, 3, isCommitted: false)).Select(record => record.Text).ShouldBe(["kept", "aborted", "last"]);
    }

    [Fact(Timeout = 120_000)]
    public async Task It_goes_back_to_an_offset()
    {
        string topic = await Broker.CreateTopicAsync();
        await Broker.AppendAsync(topic, 0, Numbered(0, 10));

        (await Client.SeekAsync(topic, 5, 2)).ShouldBe([0, 1, 2, 3, 4, 2]);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(60, 1)]
    public async Task It_finds_the_first_record_that_is_not_older_than_a_time(int second, long offset)
    {
        var start = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        string topic = await Broker.CreateTopicAsync();
        await Broker.AppendAsync(topic, 0, new Record(null, new byte[1]) { Timestamp = start });
        await Broker.AppendAsync(topic, 0, new Record(null, new byte[1]) { Timestamp = start.AddSeconds(60) });

        (await Client.FindAsync(topic, start.AddSeconds(second).ToUnixTimeMilliseconds())).ShouldBe(offset);
    }

    [Fact(Timeout = 120_000)]
    public async Task Its_group_goes_on_where_it_has_committed()
    {
        string topic = await Broker.CreateTopicAsync();
        string group = ListeningBroker.NewName();
        await Broker.AppendAsync(topic, 0, Numbered(0, 3));
        (await Client.ReadAsync(topic, 3, group)).Select(record => record.Text).ShouldBe(["0", "1", "2"]);

        await Broker.AppendAsync(topic, 0, Numbered(3, 2));

        (await Client.ReadAsync(topic, 2, group)).Select(record => record.Text).ShouldBe(["3", "4"]);
    }

    [Fact(Timeout = 120_000)]
    public Task Three_members_share_a_topic_and_take_over_from_one_that_is_killed_and_one_that_leaves() => ShareAsync(Client.StartMember);

    protected async Task ShareAsync(Func<string, string, GroupMember> start)
    {
        string topic = await Broker.CreateTopicAsync(partitions: 6);
        string group = ListeningBroker.NewName();
        await using GroupMember first = start(group, topic);
        await using GroupMember second = start(group, topic);
        await using GroupMember third = start(group, topic);
        await first.JoinAsync();
        await UntilOwnedAsync((first, 6));
        await second.JoinAsync();
        await third.JoinAsync();
        await UntilOwnedAsync((first, 2), (second, 2), (third, 2));
        await AppendEverywhereAsync(topic, 0);
        await UntilReadAsync(0, first, second, third);

        await second.KillAsync();
        await UntilOwnedAsync((first, 3), (third, 3));
        await first.LeaveAsync();
        await UntilOwnedAsync((third, 6));

        await AppendEverywhereAsync(topic, 6);
        await UntilReadAsync(6, third);
        await third.LeaveAsync();
        ConsumerGroupDescription described = (await Broker.Broker.Groups.FindAsync(group, Deadline))!;
        (described.State, described.Lag).ShouldBe((ConsumerGroupState.Empty, 0));
    }

    [Fact(Timeout = 120_000)]
    public Task It_creates_topics_and_is_told_why_it_cannot() => TryAsync(Ability.CreatingTopics, async () =>
    {
        string topic = ListeningBroker.NewName();
        var config = new Dictionary<string, string> { ["retention.ms"] = "7200000" };

        await Client.CreateTopicAsync(topic, 3, config);

        TopicDescription created = (await Broker.Broker.Topics.FindAsync(topic, Deadline))!;
        created.Partitions.Count.ShouldBe(3);
        created.Settings.Retention.ShouldBe(TimeSpan.FromHours(2));
        await ShouldBeToldAsync("TOPIC_ALREADY_EXISTS", () => Client.CreateTopicAsync(topic, 3, config));
    });

    [Fact(Timeout = 120_000)]
    public async Task It_lists_and_describes_topics()
    {
        string topic = await Broker.CreateTopicAsync(partitions: 3);

        (await Client.ListTopicsAsync()).ShouldContain(topic);
        (await Client.DescribeTopicAsync(topic)).OrderBy(partition => partition.Partition)
            .Select(partition => (partition.Partition, partition.Leader, partition.Replicas.ShouldHaveSingleItem())).ShouldBe([(0, 0, 0), (1, 0, 0), (2, 0, 0)]);
    }

    [Fact(Timeout = 120_000)]
    public Task It_shows_how_a_topic_is_set_up() => TryAsync(Ability.DescribingConfigs, async () =>
    {
        string topic = ListeningBroker.NewName();
        await Broker.Broker.Topics.CreateAsync(topic, new TopicSettings { Cleanup = CleanupPolicy.Compact, Retention = TimeSpan.FromHours(2) }, Deadline);

        Dictionary<string, string> config = await Client.DescribeConfigAsync(topic);

        (config["cleanup.policy"], config["retention.ms"]).ShouldBe(("compact", "7200000"));
    });

    [Fact(Timeout = 120_000)]
    public Task It_deletes_topics() => TryAsync(Ability.DeletingTopics, async () =>
    {
        string topic = await Broker.CreateTopicAsync();

        await Client.DeleteTopicAsync(topic);

        (await Broker.Broker.Topics.FindAsync(topic, Deadline)).ShouldBeNull();
    });

    [Fact(Timeout = 120_000)]
    public Task It_lists_and_describes_groups() => TryAsync(Ability.DescribingGroups, async () =>
    {
        string group = ListeningBroker.NewName();
        using ClientMember member = await JoinAsync(group);

        (await Client.ListGroupsAsync()).ShouldContain(group);
        ShownGroup shown = await Client.DescribeGroupAsync(group);
        (shown.State.ToUpperInvariant(), shown.Members).ShouldBe(("STABLE", 1));

        await member.LeaveAsync();
        shown = await Client.DescribeGroupAsync(group);
        (shown.State.ToUpperInvariant(), shown.Members).ShouldBe(("EMPTY", 0));
    });

    [Fact(Timeout = 120_000)]
    public Task It_deletes_groups_that_nobody_is_in() => TryAsync(Ability.DeletingGroups, async () =>
    {
        string group = ListeningBroker.NewName();
        using ClientMember member = await JoinAsync(group);
        await ShouldBeToldAsync("NON_EMPTY_GROUP", () => Client.DeleteGroupAsync(group));
        await member.LeaveAsync();

        await Client.DeleteGroupAsync(group);

        (await Broker.Broker.Groups.FindAsync(group, Deadline)).ShouldBeNull();
        await ShouldBeToldAsync("GROUP_ID_NOT_FOUND", () => Client.DeleteGroupAsync(group));
    });

    // What a client lacks it is asked for all the same: as soon as it can, the list of what it lacks is out of date.
    private Task TryAsync(Ability ability, Func<Task> test) =>
        fixture.Kind.Lacks.Contains(ability) ? Should.ThrowAsync<LackingException>(test) : test();

    // Clients write the names of errors in one way or another.
    private static async Task ShouldBeToldAsync(string error, Func<Task> refused)
    {
        string told = "nothing";
        try
        {
            await refused();
        }
        catch (InvalidOperationException exception)
        {
            told = exception.Message;
        }

        told.Replace("_", "").ShouldContain(error.Replace("_", ""), Case.Insensitive);
    }

    // A member that has read something and committed it.
    private async Task<ClientMember> JoinAsync(string group)
    {
        string topic = await Broker.CreateTopicAsync();
        await Broker.AppendAsync(topic, 0, Numbered(0, 1));
        var member = new ClientMember(Broker.Servers, group, topic);
        await UntilAsync(() => member.Values.Count == 1);
        return member;
    }

    private static IEnumerable<Record> Numbered(int first, int count) =>
        Enumerable.Range(first, count).Select(number => new Record(null, Encoding.UTF8.GetBytes($"{number}")));

    private async Task AppendEverywhereAsync(string topic, int first)
    {
        for (int partition = 0; partition < 6; partition++)
        {
            await Broker.AppendAsync(topic, partition, Numbered(first + partition, 1));
        }
    }

    private static Task UntilReadAsync(int first, params GroupMember[] members) =>
        UntilAsync(() => Enumerable.Range(first, 6).Select(number => $"{number}").Except(members.SelectMany(member => member.Values)).ToList() is []);

    private static Task UntilOwnedAsync(params (GroupMember Member, int Partitions)[] owned) => UntilAsync(() =>
    {
        IReadOnlyList<int>[] all = [.. owned.Select(one => one.Member.Owned)];
        return all.Zip(owned).All(one => one.First.Count == one.Second.Partitions) && all.SelectMany(one => one).Distinct().Count() == 6;
    });

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Deadline);
        }
    }
}
