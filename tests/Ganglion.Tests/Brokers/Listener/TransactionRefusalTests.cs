using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>What transactional producers may not do, and what they are told.</summary>
public sealed class TransactionRefusalTests : ListenerTests
{
    protected override async Task PrepareAsync() => await Broker.Topics.CreateAsync("notes", cancellationToken: Deadline);

    [Fact(Timeout = 30_000)]
    public async Task Of_partitions_of_which_one_cannot_be_written_none_is_added()
    {
        (long, short) producer = await BeginAsync();

        (await Client.AddPartitionsAsync(3, producer, ("notes", 0), ("notes", 1), ("nowhere", 0), (InternalTopics.Transactions, 0))).ShouldBe(
            [ErrorCode.OperationNotAttempted, ErrorCode.UnknownTopicOrPartition, ErrorCode.UnknownTopicOrPartition, ErrorCode.UnknownTopicOrPartition]);

        (await Client.WriteAsync("notes", producer)).ShouldBe(ErrorCode.InvalidTxnState);
        (await Client.AddPartitionsAsync(3, producer, ("notes", 0))).ShouldBe([ErrorCode.None]);
        (await Client.WriteAsync("notes", producer)).ShouldBe(ErrorCode.None);
    }

    // PRODUCER_FENCED came with KIP-588.
    [Theory(Timeout = 30_000)]
    [InlineData(1, (short)ErrorCode.InvalidProducerEpoch)]
    [InlineData(2, (short)ErrorCode.ProducerFenced)]
    public async Task A_producer_that_is_fenced_is_told_so_as_its_version_knows_it(short version, short error)
    {
        (long, short) producer = await BeginAsync();
        await BeginAsync();
        var told = (ErrorCode)error;

        (await Client.AddPartitionsAsync(version, producer, ("notes", 0))).ShouldBe([told]);
        (await Client.AddGroupAsync(version, producer)).ShouldBe(told);
        (await Client.CommitAsync(version, producer)).ShouldBe(told);
        (await Client.WriteAsync("notes", producer)).ShouldBe(ErrorCode.InvalidProducerEpoch);
    }

    private async Task<(long Id, short Epoch)> BeginAsync()
    {
        (ErrorCode error, long id, short epoch) = await Client.AskForIdAsync();
        error.ShouldBe(ErrorCode.None);
        return (id, epoch);
    }
}
