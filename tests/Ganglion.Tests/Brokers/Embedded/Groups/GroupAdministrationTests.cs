using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Groups;
using Ganglion.Brokers.Embedded.Topics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Tests.Brokers.Embedded.Groups;

public sealed class GroupAdministrationTests : IAsyncLifetime
{
    private static readonly TopicPartition Partition = new("t", 0);

    private readonly TopicCatalog _topics = new(new EmbeddedBrokerOptions(), new VolatileTopicStore());
    private readonly Committer _committer = new(log: null, TimeSpan.Zero, TimeProvider.System);
    private readonly GroupCoordinator _coordinator;
    private readonly EmbeddedProducer _producer;
    private readonly GroupAdministration _groups;

    public GroupAdministrationTests()
    {
        _coordinator = new GroupCoordinator(_topics, TimeProvider.System);
        _producer = NewProducer();
        _groups = new GroupAdministration(_coordinator, _topics, _producer, NullLogger<GroupAdministration>.Instance);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _topics.GetOrCreate(OffsetTopic.Name, InternalTopics.Settings);
        await AppendAsync("a".To("t"), "b".To("t"));
    }

    public async ValueTask DisposeAsync()
    {
        _coordinator.Dispose();
        await _committer.DisposeAsync();
        _topics.Dispose();
    }

    [Fact]
    public async Task A_reset_to_a_negative_offset_is_refused() =>
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => ResetAsync("g", new(-1)));

    [Theory]
    [InlineData(4097)]
    [InlineData(100_000)]
    public async Task A_reset_with_too_long_a_text_is_refused(int length) =>
        (await Should.ThrowAsync<ConsumerGroupException>(() => ResetAsync("g", new(1, new string('m', length)))))
            .Code.ShouldBe("offset-metadata-too-large");

    [Fact]
    public async Task A_commit_with_a_text_longer_than_the_format_can_hold_is_refused_by_the_same_name()
    {
        var commit = new AtomicCommit
        {
            Group = new ConsumerGroupMetadata("g", "m", 1),
            Offsets = new Dictionary<TopicPartition, OffsetAndMetadata> { [Partition] = new(1, new string('m', 100_000)) },
        };

        (await Should.ThrowAsync<ConsumerGroupException>(async () => await _producer.CommitAsync(commit, Cancellation)))
            .Code.ShouldBe("offset-metadata-too-large");
    }

    [Fact]
    public async Task A_group_of_too_long_a_name_cannot_be_reset() =>
        await Should.ThrowAsync<ArgumentException>(() => ResetAsync(new string('g', 100_000), new(1)));

    [Fact]
    public async Task An_offset_that_cannot_be_decoded_is_passed_over()
    {
        await AppendAsync(
            new ProducerRecord(OffsetTopic.Name, new Record(new byte[] { 0, 1, 0, 9, (byte)'g' }, null)),
            Stored("g", Partition, 1));

        await _groups.RestoreAsync(Cancellation);

        OffsetsOf("g").ShouldBe([Partition]);
    }

    [Fact]
    public async Task Offsets_outside_of_the_log_are_forgotten_for_good()
    {
        await AppendAsync(
            Stored("g", Partition, 2),
            Stored("g", new("t", 1), 0),
            Stored("g", new("gone", 0), 0),
            Stored("behind", Partition, 3),
            Stored("before", Partition, -1));

        await _groups.RestoreAsync(Cancellation);

        OffsetsOf("g").ShouldBe([Partition]);
        _coordinator.Describe("behind").ShouldBeNull();
        _coordinator.Describe("before").ShouldBeNull();
        _topics.Get(new(OffsetTopic.Name, 0)).HighWatermark.ShouldBe(5 + 4);
    }

    [Fact]
    public async Task A_full_disk_does_not_keep_offsets_from_being_restored()
    {
        await AppendAsync(Stored("g", Partition, 1), Stored("g", new("gone", 0), 1));
        EmbeddedProducer failing = NewProducer(() => throw new StorageException("disk-full", "No space left."));
        var groups = new GroupAdministration(_coordinator, _topics, failing, NullLogger<GroupAdministration>.Instance);

        await groups.RestoreAsync(Cancellation);

        OffsetsOf("g").ShouldBe([Partition]);
    }

    private EmbeddedProducer NewProducer(Action? fence = null) => new(_topics, _committer, _coordinator, fence, isOwn: true, metrics: null);

    private async Task AppendAsync(params ProducerRecord[] records) => await _producer.AppendAsync(records, Cancellation);

    private async Task ResetAsync(string groupId, OffsetAndMetadata offset) =>
        await _groups.ResetAsync(groupId, new Dictionary<TopicPartition, OffsetAndMetadata> { [Partition] = offset }, Cancellation);

    private IEnumerable<TopicPartition> OffsetsOf(string groupId) =>
        _coordinator.Describe(groupId).ShouldNotBeNull().Offsets.Select(offset => offset.Partition);

    private static ProducerRecord Stored(string groupId, TopicPartition partition, long offset) =>
        OffsetTopic.Encode(groupId, partition, new OffsetAndMetadata(offset), DateTimeOffset.UnixEpoch);
}
