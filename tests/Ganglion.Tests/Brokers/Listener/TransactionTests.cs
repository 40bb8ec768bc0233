using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Producers;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>What readers of the process see of the transactions of other clients.</summary>
public sealed class TransactionTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _time = new();
    private readonly EmbeddedBroker _broker;
    private readonly TransactionCoordinator _transactions;
    private Partition _partition = null!;

    public TransactionTests()
    {
        _broker = EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions { TimeProvider = _time });
        _transactions = TransactionCoordinator.Of(_broker);
    }

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _transactions.RestoreAsync();
        await _broker.Topics.CreateAsync("notes", cancellationToken: Deadline);
        _partition = _broker.Catalog.Get(new TopicPartition("notes", 0));
    }

    public async ValueTask DisposeAsync() => await _broker.DisposeAsync();

    [Fact(Timeout = 30_000)]
    public async Task What_is_committed_is_read_and_what_is_aborted_is_not()
    {
        (long id, short epoch) = await InitializeAsync("t");
        await WriteAsync(id, epoch, 0, "first", "second");
        await EndAsync(id, epoch, commits: true);
        await WriteAsync(id, epoch, 2, "never");
        await EndAsync(id, epoch, commits: false);
        await WriteAsync(id, epoch, 3, "third");
        await EndAsync(id, epoch, commits: true);

        (await ReadAsync()).ShouldBe(["first", "second", "third"]);
    }

    [Fact(Timeout = 30_000)]
    public async Task Nothing_is_read_behind_a_transaction_that_is_open()
    {
        await AppendAsync("before");
        (long id, short epoch) = await InitializeAsync("t");
        await WriteAsync(id, epoch, 0, "open");
        await AppendAsync("behind");

        (await ReadAsync()).ShouldBe(["before"]);
        (await _broker.Topics.GetOffsetAsync(_partition.Id, OffsetPosition.Latest, Deadline)).ShouldBe(1);

        await EndAsync(id, epoch, commits: true);

        (await ReadAsync()).ShouldBe(["before", "open", "behind"]);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_reader_that_waits_is_woken_by_the_end_of_a_transaction()
    {
        (long id, short epoch) = await InitializeAsync("t");
        await WriteAsync(id, epoch, 0, "open");
        await using IEventReader reader = await _broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [_partition.Id] = OffsetPosition.Earliest } }, Deadline);
        ValueTask<ConsumedBatch> reading = reader.ReadAsync(Deadline);
        reading.IsCompleted.ShouldBeFalse();

        await EndAsync(id, epoch, commits: true);

        Encoding.UTF8.GetString((await reading).Records[0].Record.Value!.Value.Span).ShouldBe("open");
    }

    [Fact(Timeout = 30_000)]
    public async Task Offsets_are_committed_with_the_transaction_or_not_at_all()
    {
        (long id, short epoch) = await InitializeAsync("t");
        _transactions.AddGroup("t", id, epoch, "group");
        await _transactions.AddOffsetsAsync("t", id, epoch, "group", [KeyValuePair.Create(_partition.Id, new OffsetAndMetadata(7, "aborted"))], Deadline);
        _transactions.GetPendingOffsets("group").ShouldBe([_partition.Id]);
        await EndAsync(id, epoch, commits: false);
        (await _broker.Groups.FindAsync("group", Deadline)).ShouldBeNull();
        _transactions.GetPendingOffsets("group").ShouldBeEmpty();

        _transactions.AddGroup("t", id, epoch, "group");
        await _transactions.AddOffsetsAsync("t", id, epoch, "group", [KeyValuePair.Create(_partition.Id, new OffsetAndMetadata(8, "kept"))], Deadline);
        await EndAsync(id, epoch, commits: true);

        (await _broker.Groups.FindAsync("group", Deadline))!.Offsets.ShouldHaveSingleItem().Committed.ShouldBe(new OffsetAndMetadata(8, "kept"));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_newer_producer_aborts_what_the_older_has_left_open_and_fences_it()
    {
        (long id, short epoch) = await InitializeAsync("t");
        await WriteAsync(id, epoch, 0, "left open");

        (long newId, short newEpoch) = await InitializeAsync("t");

        newId.ShouldBe(id);
        newEpoch.ShouldBeGreaterThan(epoch);
        (await ReadAsync()).ShouldBeEmpty();
        (await Should.ThrowAsync<RefusedException>(() => WriteAsync(id, epoch, 1, "late"))).Error.ShouldBe(ErrorCode.ProducerFenced);
        (await Should.ThrowAsync<RefusedException>(() => EndAsync(id, epoch, commits: true))).Error.ShouldBe(ErrorCode.ProducerFenced);
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_asks_again_for_the_next_epoch_is_given_the_same()
    {
        (long, short) first = await InitializeAsync("t");
        (long, short) next = await _transactions.InitializeAsync("t", Patience, first, Deadline);

        (await _transactions.InitializeAsync("t", Patience, first, Deadline)).ShouldBe(next);

        next.ShouldBe((first.Item1, (short)1));
        await InitializeAsync("t");
        (await Should.ThrowAsync<RefusedException>(async () => await _transactions.InitializeAsync("t", Patience, first, Deadline)))
            .Error.ShouldBe(ErrorCode.ProducerFenced);
    }

    [Fact(Timeout = 60_000)]
    public async Task Whichever_of_two_that_ask_at_a_time_is_fenced_leaves_nothing_open()
    {
        for (int i = 0; i < 200; i++)
        {
            (long id, short epoch) = await InitializeAsync("t");
            await WriteAsync(id, epoch, 0, "left open");

            (long, short)[] given = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(BeginAsync)));

            given[0].ShouldNotBe(given[1]);
            (long lastId, short lastEpoch) = given.Max();
            await EndAsync(lastId, lastEpoch, commits: false);
            _partition.LastStableOffset.ShouldBe(_partition.HighWatermark);
        }

        async Task<(long, short)> BeginAsync()
        {
            (long Id, short Epoch)? given = null;
            while (true)
            {
                try
                {
                    given ??= await InitializeAsync("t");
                    await WriteAsync(given.Value.Id, given.Value.Epoch, 0, "begun");
                    return given.Value;
                }
                catch (RefusedException refused) when (refused.Error == ErrorCode.ConcurrentTransactions)
                {
                    await Task.Yield();
                }
                catch (RefusedException refused) when (refused.Error == ErrorCode.ProducerFenced)
                {
                    return given!.Value;
                }
            }
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Offsets_of_a_group_that_agents_have_joined_are_not_committed()
    {
        (long id, short epoch) = await InitializeAsync("t");
        await WriteAsync(id, epoch, 0, "written");
        _transactions.AddGroup("t", id, epoch, "group");
        await _transactions.AddOffsetsAsync("t", id, epoch, "group", [KeyValuePair.Create(_partition.Id, new OffsetAndMetadata(8))], Deadline);
        await using IEventConsumer agent = await _broker.CreateConsumerAsync(new ConsumerOptions { GroupId = "group", Topics = ["notes"] }, Deadline);

        (await Should.ThrowAsync<RefusedException>(() => EndAsync(id, epoch, commits: true))).Error.ShouldBe(ErrorCode.InconsistentGroupProtocol);

        (await _broker.Groups.FindAsync("group", Deadline))!.Offsets.ShouldAllBe(offset => offset.Committed.Offset != 8);
        await EndAsync(id, epoch, commits: false);
        (await ReadAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_transactional_id_has_at_least_one_character()
    {
        (await Should.ThrowAsync<RefusedException>(async () => await InitializeAsync(""))).Error.ShouldBe(ErrorCode.InvalidRequest);
        Should.Throw<RefusedException>(() => _transactions.AddPartitions("", 1, 0, [_partition])).Error.ShouldBe(ErrorCode.InvalidRequest);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_transaction_that_takes_too_long_is_aborted_and_its_producer_fenced()
    {
        (long id, short epoch) = await InitializeAsync("t");
        await WriteAsync(id, epoch, 0, "left open");
        await AppendAsync("behind");

        _time.Advance(Patience);
        while (_partition.LastStableOffset < 2)
        {
            await Task.Delay(1, Deadline);
        }

        (await ReadAsync()).ShouldBe(["behind"]);
        (await Should.ThrowAsync<RefusedException>(() => EndAsync(id, epoch, commits: true))).Error.ShouldBe(ErrorCode.ProducerFenced);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_batch_of_no_open_transaction_is_refused()
    {
        (long id, short epoch) = await InitializeAsync("t");

        (await Should.ThrowAsync<RefusedException>(() => JoinAsync(id, epoch, 0, ["x"]))).Error.ShouldBe(ErrorCode.InvalidTxnState);
        (await Should.ThrowAsync<RefusedException>(() => JoinAsync(id + 1, epoch, 0, ["x"]))).Error.ShouldBe(ErrorCode.InvalidProducerIdMapping);
    }

    [Fact(Timeout = 30_000)]
    public async Task Ending_a_transaction_again_does_nothing_and_ending_it_otherwise_is_refused()
    {
        (long id, short epoch) = await InitializeAsync("t");
        await WriteAsync(id, epoch, 0, "first");
        await EndAsync(id, epoch, commits: true);

        await EndAsync(id, epoch, commits: true);

        (await Should.ThrowAsync<RefusedException>(() => EndAsync(id, epoch, commits: false))).Error.ShouldBe(ErrorCode.InvalidTxnState);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_comes_twice_is_written_once_and_what_leaves_a_gap_not_at_all()
    {
        (long id, short epoch) = await _transactions.InitializeAsync(null, default, null, Deadline);

        RoundBatch first = await JoinAsync(id, epoch, 0, ["first", "second"], isTransactional: false);
        RoundBatch again = await JoinAsync(id, epoch, 0, ["first", "second"], isTransactional: false);
        RoundBatch gap = await JoinAsync(id, epoch, 3, ["fourth"], isTransactional: false);
        RoundBatch next = await JoinAsync(id, epoch, 2, ["third"], isTransactional: false);

        first.Produced!.Verdict.ShouldBe(ProducerVerdict.Taken);
        (again.Produced!.Verdict, again.Produced.DuplicateOffset).ShouldBe((ProducerVerdict.Duplicate, 0));
        gap.Produced!.Verdict.ShouldBe(ProducerVerdict.OutOfOrder);
        (next.Produced!.Verdict, next.BaseOffset).ShouldBe((ProducerVerdict.Taken, 2));
        (await ReadAsync()).ShouldBe(["first", "second", "third"]);
    }

    // Clients take a duplicate for a success.
    [Fact(Timeout = 30_000)]
    public async Task What_was_never_written_is_no_duplicate()
    {
        (long id, short epoch) = await _transactions.InitializeAsync(null, default, null, Deadline);
        await JoinAsync(id, epoch, 5, ["sixth"], isTransactional: false);

        RoundBatch before = await JoinAsync(id, epoch, 0, ["first"], isTransactional: false);

        before.Produced!.Verdict.ShouldBe(ProducerVerdict.OutOfOrder);
    }

    [Fact(Timeout = 30_000)]
    public async Task Where_only_the_end_of_a_transaction_lies_a_producer_begins_with_zero()
    {
        (long id, short epoch) = await InitializeAsync("t");
        _transactions.AddPartitions("t", id, epoch, [_partition]);
        _partition.TrackProducers();
        await EndAsync(id, epoch, commits: true);
        _transactions.AddPartitions("t", id, epoch, [_partition]);

        (await JoinAsync(id, epoch, 3, ["fourth"])).Produced!.Verdict.ShouldBe(ProducerVerdict.OutOfOrder);
        (await JoinAsync(id, epoch, 0, ["first"])).Produced!.Verdict.ShouldBe(ProducerVerdict.Taken);
    }

    [Fact(Timeout = 30_000)]
    public async Task While_its_transaction_is_open_a_producer_writes_nothing_else()
    {
        (long id, short epoch) = await InitializeAsync("t");
        await WriteAsync(id, epoch, 0, "within");

        (await JoinAsync(id, epoch, 1, ["without"], isTransactional: false)).Produced!.Verdict.ShouldBe(ProducerVerdict.OutsideTransaction);

        await EndAsync(id, epoch, commits: true);
        (await ReadAsync()).ShouldBe(["within"]);
    }

    [Fact(Timeout = 30_000)]
    public async Task Producers_that_claim_to_know_the_same_id_are_given_ids_of_their_own()
    {
        (long first, _) = await _transactions.InitializeAsync(null, default, (0, 0), Deadline);
        (long second, _) = await _transactions.InitializeAsync(null, default, (0, 0), Deadline);

        second.ShouldNotBe(first);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_transactional_id_that_is_too_long_to_be_kept_is_refused() =>
        (await Should.ThrowAsync<RefusedException>(async () => await InitializeAsync(new string('x', short.MaxValue + 1)))).Error.ShouldBe(ErrorCode.InvalidRequest);

    [Fact]
    public void Behind_the_highest_sequence_number_comes_zero()
    {
        var state = ProducerState.First(Produced(int.MaxValue - 1, count: 2), baseOffset: 0, now: 0);

        state.After(Produced(0, count: 1), baseOffset: 2, now: 0).ShouldNotBeNull();
    }

    private static ProducedBatch Produced(int sequence, int count)
    {
        RecordBatchHeader.TryRead(ProducedBatches.Encode(1, 0, sequence, [.. Enumerable.Repeat("x", count)], isTransactional: false).Span, out RecordBatchHeader header);
        return new ProducedBatch(header);
    }

    private ValueTask<(long ProducerId, short Epoch)> InitializeAsync(string transactionalId) =>
        _transactions.InitializeAsync(transactionalId, Patience, known: null, Deadline);

    private async Task EndAsync(long id, short epoch, bool commits) => await _transactions.EndAsync("t", id, epoch, commits, Deadline);

    private async Task WriteAsync(long id, short epoch, int sequence, params string[] values)
    {
        _transactions.AddPartitions("t", id, epoch, [_partition]);
        await JoinAsync(id, epoch, sequence, values);
    }

    private async Task<RoundBatch> JoinAsync(long id, short epoch, int sequence, string[] values, bool isTransactional = true)
    {
        Memory<byte> bytes = ProducedBatches.Encode(id, epoch, sequence, values, isTransactional);
        RecordBatchHeader.TryRead(bytes.Span, out RecordBatchHeader header);
        var batch = new RoundBatch(_partition, bytes, header);
        _partition.TrackProducers();
        Action? check = isTransactional ? () => _transactions.Check(id, epoch, _partition) : null;
        Round round = await _broker.Committer.JoinAsync([batch], check, committed: null, Deadline);
        await round.Done;
        return batch;
    }

    private async Task AppendAsync(string value)
    {
        await using IEventProducer producer = await _broker.CreateProducerAsync(cancellationToken: Deadline);
        await producer.AppendAsync(new ProducerRecord("notes", new Record(null, Encoding.UTF8.GetBytes(value))), Deadline);
    }

    private async Task<List<string>> ReadAsync()
    {
        long end = await _broker.Topics.GetOffsetAsync(_partition.Id, OffsetPosition.Latest, Deadline);
        await using IEventReader reader = await _broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [_partition.Id] = OffsetPosition.Earliest } }, Deadline);
        var values = new List<string>();
        while (reader.GetPosition(_partition.Id) < end)
        {
            values.AddRange((await reader.ReadAsync(Deadline)).Records.Select(record => Encoding.UTF8.GetString(record.Record.Value!.Value.Span)));
        }

        return values;
    }
}
