using Ganglion.Brokers;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Fetching;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Tests.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Clients delete the records of a partition before an offset.</summary>
public sealed class DeleteRecordsTests : ListenerTests
{
    private static readonly TopicPartition Id = new("t", 0);

    private Partition Partition => Broker.Catalog.Get(Id);

    protected override async Task PrepareAsync()
    {
        await Broker.AppendAsync([.. Enumerable.Range(0, 10).Select(number => $"{number}".To("t"))]);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Records_before_an_offset_are_gone_also_where_they_share_a_batch_with_others(short version)
    {
        (await Client.DeleteRecordsAsync(version, "t", 0, 4)).ShouldBe((ErrorCode.None, 4));

        (await Broker.ReadAllAsync("t")).ShouldBe(["4", "5", "6", "7", "8", "9"]);
        (await FetchAsync(3)).Error.ShouldBe(ErrorCode.OffsetOutOfRange);
        (await FetchAsync(4)).StartOffset.ShouldBe(4);
        (await Client.DeleteRecordsAsync(version, "t", 0, 2)).ShouldBe((ErrorCode.None, 4));
        (await Client.DeleteRecordsAsync(version, "t", 0, -1)).ShouldBe((ErrorCode.None, 10));
        (await Broker.ReadAllAsync("t")).ShouldBeEmpty();
        await Broker.AppendAsync("10".To("t"));
        (await Broker.ReadRecordsAsync("t")).ShouldHaveSingleItem().Offset.ShouldBe(10);
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_reads_what_is_deleted_goes_on_behind_it()
    {
        await using IEventReader reader = await Broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [Id] = OffsetPosition.Earliest } }, Deadline);

        await Client.DeleteRecordsAsync(2, "t", 0, 7);

        (await reader.ReadAsync(Deadline)).Records.Select(record => record.Offset).ShouldBe([7, 8, 9]);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("t", 0, 11, (short)ErrorCode.OffsetOutOfRange)]
    [InlineData("t", 0, -2, (short)ErrorCode.OffsetOutOfRange)]
    [InlineData("t", 1, 1, (short)ErrorCode.UnknownTopicOrPartition)]
    [InlineData("none", 0, 0, (short)ErrorCode.UnknownTopicOrPartition)]
    [InlineData("__consumer_offsets", 0, 0, (short)ErrorCode.InvalidTopic)]
    public async Task What_cannot_be_is_refused_and_deletes_nothing(string topic, int partition, long offset, short error)
    {
        (await Client.DeleteRecordsAsync(2, topic, partition, offset)).ShouldBe(((ErrorCode)error, -1));

        Partition.EarliestOffset.ShouldBe(0);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("compact", (short)ErrorCode.PolicyViolation)]
    [InlineData("compact,delete", (short)ErrorCode.None)]
    public async Task What_is_only_compacted_keeps_its_records(string policy, short error)
    {
        await Client.SetAsync("t", "cleanup.policy", policy);

        (await Client.DeleteRecordsAsync(2, "t", 0, 1)).Error.ShouldBe((ErrorCode)error);
    }

    [Fact(Timeout = 30_000)]
    public async Task Records_of_an_open_transaction_can_be_deleted()
    {
        OpenTransaction transaction = await OpenTransaction.BeginAsync(Broker, Id);
        await Broker.AppendAsync("behind".To("t"));
        Partition.LastStableOffset.ShouldBe(10);

        (await Client.DeleteRecordsAsync(2, "t", 0, 11)).ShouldBe((ErrorCode.None, 11));

        Partition.LastStableOffset.ShouldBe(11);
        await transaction.AbortAsync();
        Partition.LastStableOffset.ShouldBe(Partition.HighWatermark);
        (await Broker.ReadAllAsync("t")).ShouldBe(["behind"]);
    }

    private async Task<FetchedPartition> FetchAsync(long offset)
    {
        var fetched = new FetchedPartition(0, offset, maxBytes: 1024 * 1024);
        await fetched.ReadAsync(Partition, readsCommitted: true, bytesLeft: 1024 * 1024, Deadline);
        return fetched;
    }
}
