namespace Ganglion.Conformance;

/// <summary>What <see cref="ITopicAdministration"/> promises.</summary>
public abstract class TopicConformance(BrokerFixture fixture) : BrokerConformance(fixture)
{
    [Fact]
    public async Task A_created_topic_is_found_as_it_was_asked_for()
    {
        string topic = await CreateTopicAsync(partitions: 3);

        TopicDescription found = (await Broker.Topics.FindAsync(topic, Deadline)).ShouldNotBeNull();

        found.Name.ShouldBe(topic);
        found.Id.ShouldNotBe(Guid.Empty);
        found.Partitions.Select(partition => partition.Partition).ShouldBe([0, 1, 2]);
        found.IsInternal.ShouldBeFalse();
    }

    [Fact]
    public async Task Creating_tells_what_was_created()
    {
        string name = UniqueName();

        TopicDescription created = await Broker.Topics.CreateAsync(
            name, new TopicSettings { Partitions = 2, Retention = TimeSpan.FromHours(3) }, Deadline);

        created.Name.ShouldBe(name);
        created.Partitions.Count.ShouldBe(2);
        created.Settings.Partitions.ShouldBe(2);
        created.Settings.Retention.ShouldBe(TimeSpan.FromHours(3));
    }

    [Fact]
    public async Task A_topic_without_settings_gets_the_brokers_defaults()
    {
        string name = UniqueName();
        await Broker.Topics.CreateAsync(name, cancellationToken: Deadline);
        await EventuallyAsync(async () => await Broker.Topics.FindAsync(name, Deadline) is not null);

        TopicSettings settings = (await Broker.Topics.FindAsync(name, Deadline))!.Settings;

        settings.Partitions.ShouldNotBeNull();
        settings.ReplicationFactor.ShouldNotBeNull();
        settings.Cleanup.ShouldNotBeNull();
        settings.Retention.ShouldNotBeNull();
        settings.RetentionBytes.ShouldNotBeNull();
        settings.SegmentBytes.ShouldNotBeNull();
        settings.MaxMessageBytes.ShouldNotBeNull();
        settings.DeleteRetention.ShouldNotBeNull();
        settings.MinCompactionLag.ShouldNotBeNull();
    }

    [Fact]
    public async Task Settings_are_kept()
    {
        string topic = await CreateTopicAsync(settings: new TopicSettings
        {
            Cleanup = CleanupPolicy.Compact,
            RetentionBytes = 5_000_000,
            SegmentBytes = 2_000_000,
            MaxMessageBytes = 500_000,
            DeleteRetention = TimeSpan.FromMinutes(7),
            MinCompactionLag = TimeSpan.FromMinutes(3),
        });

        TopicSettings settings = (await Broker.Topics.FindAsync(topic, Deadline))!.Settings;

        settings.Cleanup.ShouldBe(CleanupPolicy.Compact);
        settings.RetentionBytes.ShouldBe(5_000_000);
        settings.SegmentBytes.ShouldBe(2_000_000);
        settings.MaxMessageBytes.ShouldBe(500_000);
        settings.DeleteRetention.ShouldBe(TimeSpan.FromMinutes(7));
        settings.MinCompactionLag.ShouldBe(TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task A_topic_cannot_be_created_twice()
    {
        string topic = await CreateTopicAsync();

        TopicException refusal = await Should.ThrowAsync<TopicException>(
            async () => await Broker.Topics.CreateAsync(topic, cancellationToken: Deadline));

        refusal.Code.ShouldBe("topic-exists");
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("with space")]
    [InlineData("slash/ed")]
    [InlineData("übung")]
    [InlineData("line\nbreak")]
    public async Task A_name_outside_of_the_rules_is_refused(string name)
    {
        TopicException refusal = await Should.ThrowAsync<TopicException>(
            async () => await Broker.Topics.CreateAsync(name, cancellationToken: Deadline));

        refusal.Code.ShouldBe("topic-name-invalid");
    }

    [Fact]
    public async Task A_name_may_have_249_characters_and_not_one_more()
    {
        string longest = UniqueName().PadRight(249, 'x');

        await Broker.Topics.CreateAsync(longest, cancellationToken: Deadline);
        TopicException refusal = await Should.ThrowAsync<TopicException>(
            async () => await Broker.Topics.CreateAsync(longest + "x", cancellationToken: Deadline));

        refusal.Code.ShouldBe("topic-name-invalid");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(10_001)]
    public async Task A_number_of_partitions_out_of_range_is_refused(int partitions)
    {
        TopicException refusal = await Should.ThrowAsync<TopicException>(
            async () => await Broker.Topics.CreateAsync(UniqueName(), new TopicSettings { Partitions = partitions }, Deadline));

        refusal.Code.ShouldBe("topic-settings-invalid");
    }

    [Fact]
    public async Task An_unknown_topic_is_not_found_and_looking_does_not_create_it()
    {
        string unknown = UniqueName();

        (await Broker.Topics.FindAsync(unknown, Deadline)).ShouldBeNull();

        (await Broker.Topics.FindAsync(unknown, Deadline)).ShouldBeNull();
        (await Broker.Topics.ListAsync(Deadline)).ShouldNotContain(topic => topic.Name == unknown);
    }

    [Fact]
    public async Task All_topics_are_listed_by_name()
    {
        string[] topics = [await CreateTopicAsync(), await CreateTopicAsync(), await CreateTopicAsync()];

        string[] listed = [.. (await Broker.Topics.ListAsync(Deadline)).Select(topic => topic.Name)];

        topics.ShouldBeSubsetOf(listed);
        listed.ShouldBe(listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_bounds_of_a_partition_are_described()
    {
        string topic = await CreateTopicAsync();
        TopicPartitionOffset last = default;
        for (int i = 0; i < 3; i++)
        {
            last = await AppendAsync(topic, null, $"{i}");
        }

        PartitionDescription partition = (await Broker.Topics.FindAsync(topic, Deadline))!.Partitions[0];

        partition.EarliestOffset.ShouldBe(0);
        partition.LatestOffset.ShouldBeGreaterThan(last.Offset);
    }

    [Fact]
    public async Task A_deleted_topic_is_gone()
    {
        string topic = await CreateTopicAsync();

        await Broker.Topics.DeleteAsync(topic, Deadline);

        await EventuallyAsync(async () => await Broker.Topics.FindAsync(topic, Deadline) is null);
    }

    [Fact]
    public async Task An_unknown_topic_cannot_be_deleted()
    {
        TopicException refusal = await Should.ThrowAsync<TopicException>(
            async () => await Broker.Topics.DeleteAsync(UniqueName(), Deadline));

        refusal.Code.ShouldBe("topic-not-found");
    }

    [Fact]
    public async Task A_topic_that_is_created_again_is_another_one_and_empty()
    {
        string topic = await CreateTopicAsync();
        Guid before = (await Broker.Topics.FindAsync(topic, Deadline))!.Id;
        await AppendAsync(topic, null, "old");
        await Broker.Topics.DeleteAsync(topic, Deadline);
        await EventuallyAsync(async () => await Broker.Topics.FindAsync(topic, Deadline) is null);

        await Broker.Topics.CreateAsync(topic, cancellationToken: Deadline);
        await EventuallyAsync(async () => await Broker.Topics.FindAsync(topic, Deadline) is not null);
        await AppendAsync(topic, null, "new");

        (await Broker.Topics.FindAsync(topic, Deadline))!.Id.ShouldNotBe(before);
        Values(await ReadAllAsync(topic)).ShouldBe(["new"]);
    }
}
