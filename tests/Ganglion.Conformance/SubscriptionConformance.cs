namespace Ganglion.Conformance;

/// <summary>How a member changes its topics while it runs.</summary>
public abstract class SubscriptionConformance(BrokerFixture fixture) : GroupConformance(fixture)
{
    [Fact]
    public async Task A_topic_that_is_added_is_read_from_its_beginning_and_the_others_go_on_undisturbed()
    {
        string topic = await CreateTopicAsync();
        string added = await CreateTopicAsync(partitions: 2);
        await AppendAllAsync(added, ["x"], partition: 0);
        await AppendAllAsync(added, ["y"], partition: 1);
        await AppendAsync(topic, null, "a");
        ReadingMember member = await JoinAsync("a", topic);
        await UntilAsync(() => Ledger.Records.Count == 1);

        member.Consumer.Subscribe([topic, added]);
        await UntilOwnedAsync((member, 3));
        await AppendAsync(topic, null, "b");
        await UntilAsync(() => Ledger.Records.Count == 4);

        ValuesOf(added).ShouldBe(["x", "y"], ignoreOrder: true);
        ValuesOf(topic).ShouldBe(["a", "b"]);
        Ledger.Happenings.Where(happening => happening.Contains(topic)).ShouldBe([$"a assigned {topic}-0"]);
        Ledger.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_topic_that_is_added_can_be_read_from_its_end()
    {
        string topic = await CreateTopicAsync();
        string added = await CreateTopicAsync();
        await AppendAsync(added, null, "old");
        ReadingMember member = await JoinAsync("a", Subscription(topic) with { AutoOffsetReset = AutoOffsetReset.Latest });
        await UntilOwnedAsync((member, 1));

        member.Consumer.Subscribe([topic, added]);
        await UntilOwnedAsync((member, 2));

        // What is appended while the member finds the end of the log may lie before it: so append until something comes.
        for (int i = 0; Ledger.Records.Count == 0; i++)
        {
            await AppendAsync(added, null, $"new {i}");
        }

        ValuesOf(added).ShouldAllBe(value => value!.StartsWith("new"));
    }

    [Fact]
    public async Task A_topic_that_is_removed_is_revoked_and_can_be_committed_and_the_others_stay()
    {
        string kept = await CreateTopicAsync();
        string removed = await CreateTopicAsync();
        await AppendAsync(removed, null, "x");
        ReadingMember member = await JoinAsync("a", Subscription(kept, removed), member => member.Revoking = async partitions =>
            await member.Consumer.CommitAsync(
                partitions.ToDictionary(partition => partition, _ => new OffsetAndMetadata(1, "last words")), Deadline));
        await UntilAsync(() => Ledger.Records.Count == 1);

        member.Consumer.Subscribe([kept]);
        await UntilOwnedAsync((member, 1));
        await AppendAsync(removed, null, "not read");
        await AppendAsync(kept, null, "y");
        await UntilAsync(() => Ledger.Records.Count == 2);

        ValuesOf(kept).ShouldBe(["y"]);
        Ledger.Happenings.Where(happening => happening.Contains("revoked") || happening.Contains("lost")).ShouldBe([$"a revoked {removed}-0"]);
        member.Consumer.Assignment.ShouldBe([new TopicPartition(kept, 0)]);
        (await CommittedAsync(removed)).ShouldBe(new OffsetAndMetadata(1, "last words"));
    }

    [Fact]
    public async Task A_topic_that_comes_back_goes_on_at_its_committed_offset()
    {
        string topic = await CreateTopicAsync();
        string other = await CreateTopicAsync();
        await AppendAllAsync(topic, ["a", "b", "c"]);
        ReadingMember member = await JoinAsync("a", topic, member => member.Handling = async batch =>
            await member.Consumer.CommitAsync(Offsets(batch.Partition.Topic, 2), Deadline));
        await UntilAsync(() => Ledger.Records.Count == 3);

        member.Consumer.Subscribe([other]);
        await UntilAsync(() => Ledger.OwnedBy(member).SequenceEqual([new TopicPartition(other, 0)]));
        member.Consumer.Subscribe([other, topic]);
        await UntilAsync(() => Ledger.Records.Count == 4);

        ValuesOf(topic).ShouldBe(["a", "b", "c", "c"]);
    }

    [Fact]
    public async Task Topics_that_members_add_stay_co_partitioned()
    {
        string topic = await CreateTopicAsync(partitions: 4);
        string added = await CreateTopicAsync(partitions: 4);
        for (int partition = 0; partition < 4; partition++)
        {
            await AppendAllAsync(added, ["x"], partition);
        }

        ReadingMember a = await JoinAsync("a", Subscription(topic) with { CoPartitionedWith = topic });
        ReadingMember b = await JoinAsync("b", Subscription(topic) with { CoPartitionedWith = topic });
        await UntilOwnedAsync((a, 2), (b, 2));

        b.Consumer.Subscribe([topic, added]);
        a.Consumer.Subscribe([topic, added]);
        await UntilOwnedAsync((a, 4), (b, 4));
        await UntilAsync(() => Ledger.Records.Select(entry => entry.Partition).Distinct().Count() == 4);

        for (int partition = 0; partition < 4; partition++)
        {
            Ledger.Owners[new(added, partition)].ShouldBe(Ledger.Owners[new(topic, partition)]);
        }

        Ledger.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_member_that_turns_to_another_topic_leaves_its_partitions_to_the_others()
    {
        string topic = await CreateTopicAsync(partitions: 4);
        string other = await CreateTopicAsync(partitions: 4);
        ReadingMember a = await JoinAsync("a", topic);
        ReadingMember b = await JoinAsync("b", topic);
        await UntilOwnedAsync((a, 2), (b, 2));
        IReadOnlyList<TopicPartition> before = Ledger.OwnedBy(b);

        a.Consumer.Subscribe([other]);
        await UntilOwnedAsync((a, 4), (b, 4));

        Ledger.OwnedBy(a).ShouldAllBe(partition => partition.Topic == other);
        Ledger.OwnedBy(b).ShouldAllBe(partition => partition.Topic == topic);
        Ledger.Happenings.ShouldNotContain(happening => before.Any(partition => happening == $"b revoked {partition}"));
        Ledger.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_read_that_waits_follows_a_change_from_another_thread()
    {
        string topic = await CreateTopicAsync();
        string added = await CreateTopicAsync();
        await AppendAsync(topic, null, "a");
        await AppendAsync(added, null, "x");
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);
        await TakeAsync(consumer, 1);

        Task<List<ConsumedRecord>> waiting = TakeAsync(consumer, 1);
        waiting.IsCompleted.ShouldBeFalse();
        await Task.Run(() => consumer.Subscribe([topic, added]), Deadline);

        Values(await waiting).ShouldBe(["x"]);
    }

    [Fact]
    public async Task A_listener_can_add_a_topic_when_partitions_come()
    {
        string topic = await CreateTopicAsync();
        string added = await CreateTopicAsync();
        await AppendAsync(added, null, "x");

        ReadingMember member = await JoinAsync("a", topic, member => member.Assigning = () =>
        {
            member.Consumer.Subscribe([topic, added]);
            return Task.CompletedTask;
        });
        await UntilAsync(() => Ledger.Records.Count == 1);

        Ledger.OwnedBy(member).Count.ShouldBe(2);
        Ledger.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_listener_can_take_a_topic_up_again_while_its_partitions_go()
    {
        string kept = await CreateTopicAsync();
        string topic = await CreateTopicAsync();
        ReadingMember member = await JoinAsync("a", Subscription(kept, topic), member => member.Revoking = async partitions =>
        {
            await member.Consumer.CommitAsync(Offsets(topic, 1), Deadline);
            member.Consumer.Subscribe([kept, topic]);
        });
        await AppendAsync(topic, null, "a");
        await UntilAsync(() => Ledger.Records.Count == 1);

        member.Consumer.Subscribe([kept]);
        await UntilAsync(() => Ledger.Happenings.Count(happening => happening == $"a assigned {topic}-0") == 2);
        await AppendAsync(topic, null, "b");
        await UntilAsync(() => Ledger.Records.Count == 2);

        ValuesOf(topic).ShouldBe(["a", "b"]);
        Ledger.Happenings.ShouldNotContain($"a revoked {kept}-0");
    }

    [Fact]
    public async Task The_same_topics_again_change_nothing()
    {
        string topic = await CreateTopicAsync();
        string other = await CreateTopicAsync();
        await AppendAsync(topic, null, "a");
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic, other), Deadline);
        await TakeAsync(consumer, 1);
        ConsumerGroupMetadata before = consumer.Group;

        consumer.Subscribe([other, topic, other]);
        await AppendAsync(topic, null, "b");

        Values(await TakeAsync(consumer, 1)).ShouldBe(["b"]);
        consumer.Group.ShouldBe(before);
    }

    [Fact]
    public async Task The_last_of_several_changes_counts()
    {
        string topic = await CreateTopicAsync();
        string passing = await CreateTopicAsync();
        string last = await CreateTopicAsync();
        await AppendAsync(topic, null, "a");
        await AppendAsync(last, null, "x");
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);
        await TakeAsync(consumer, 1);

        consumer.Subscribe([topic, passing]);
        consumer.Subscribe([last]);

        Values(await TakeAsync(consumer, 1)).ShouldBe(["x"]);
        consumer.Assignment.ShouldBe([new TopicPartition(last, 0)]);
    }

    [Fact]
    public async Task A_member_that_was_given_up_comes_back_with_its_newest_topics()
    {
        string topic = await CreateTopicAsync();
        string newest = await CreateTopicAsync();
        await AppendAsync(topic, null, "stuck");
        var release = new TaskCompletionSource();
        ReadingMember a = await JoinAsync("a", ShortLived(topic), member => member.Handling = _ => release.Task);
        await UntilAsync(() => Ledger.Records.Count == 1);
        a.Handling = null;
        ReadingMember b = await JoinAsync("b", topic);
        await UntilOwnedAsync((b, 1));

        a.Consumer.Subscribe([newest]);
        release.SetResult();
        await UntilAsync(() => Ledger.OwnedBy(a).SequenceEqual([new TopicPartition(newest, 0)]));

        Ledger.Happenings.ShouldContain($"a lost {topic}-0");
        Ledger.OwnedBy(b).ShouldBe([new TopicPartition(topic, 0)]);
    }

    [Fact]
    public async Task Subscribing_anew_creates_a_topic_that_does_not_exist()
    {
        string topic = await CreateTopicAsync();
        string unknown = UniqueName();
        ReadingMember member = await JoinAsync("a", topic);

        member.Consumer.Subscribe([topic, unknown]);
        await UntilOwnedAsync((member, 2));

        Ledger.OwnedBy(member).ShouldContain(new TopicPartition(unknown, 0));
    }

    [Fact]
    public async Task Topics_that_cannot_be_subscribed_to_are_refused_and_the_member_goes_on()
    {
        string topic = await CreateTopicAsync();
        string unknown = UniqueName();
        await AppendAsync(topic, null, "a");
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);

        Should.Throw<ArgumentException>(() => consumer.Subscribe([]));
        Should.Throw<TopicException>(() => consumer.Subscribe([unknown, "not a name"])).Code.ShouldBe("topic-name-invalid");
        (await Should.ThrowAsync<TopicException>(async () => await Broker.CreateConsumerAsync(Subscription("not a name"), Deadline)))
            .Code.ShouldBe("topic-name-invalid");

        Values(await TakeAsync(consumer, 1)).ShouldBe(["a"]);
        (await Broker.Topics.FindAsync(unknown, Deadline)).ShouldBeNull();
    }

    [Fact]
    public async Task A_topic_that_is_named_twice_is_read_once()
    {
        string topic = await CreateTopicAsync();
        await AppendAsync(topic, null, "a");
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic, topic), Deadline);

        Values(await TakeAsync(consumer, 1)).ShouldBe(["a"]);
        consumer.Subscribe([topic, topic]);
        await AppendAsync(topic, null, "b");
        Values(await TakeAsync(consumer, 1)).ShouldBe(["b"]);
    }

    [Fact]
    public async Task A_member_that_was_disposed_of_cannot_subscribe()
    {
        string topic = await CreateTopicAsync();
        IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);
        await consumer.DisposeAsync();

        Should.Throw<ObjectDisposedException>(() => consumer.Subscribe([topic]));
    }

    private IEnumerable<string?> ValuesOf(string topic) =>
        Ledger.Records.Where(entry => entry.Partition.Topic == topic).Select(entry => Value(entry.Record.Record));
}
