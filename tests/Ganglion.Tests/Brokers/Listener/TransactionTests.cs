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
        (await JoinAsync(id, epoch, 1, ["late"], isTransactional: false)).Produced!.Verdict.ShouldBe(ProducerVerdict.Fenced);
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
    public async Task A_batch_of_a_partition_that_was_not_added_to_the_transaction_is_refused()
    {
        await _broker.Topics.CreateAsync("other", cancellationToken: Deadline);
        Partition other = _broker.Catalog.Get(new TopicPartition("other", 0));
        (long id, short epoch) = await InitializeAsync("t");
        await WriteAsync(id, epoch, 0, "x");

        Should.Throw<RefusedException>(() => _transactions.Check(id, epoch, other)).Error.ShouldBe(ErrorCode.InvalidTxnState);
        Should.NotThrow(() => _transactions.Check(id, epoch, _partition));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_batch_of_another_epoch_than_that_of_the_open_transaction_is_refused()
    {
        (long id, short epoch) = await InitializeAsync("t");
        (_, short next) = await InitializeAsync("t");
        _transactions.AddPartitions("t", id, next, [_partition]);

        Should.Throw<RefusedException>(() => _transactions.Check(id, epoch, _partition)).Error.ShouldBe(ErrorCode.ProducerFenced);
        Should.Throw<RefusedException>(() => _transactions.Check(id, (short)(next + 1), _partition)).Error.ShouldBe(ErrorCode.InvalidProducerIdMapping);
        Should.NotThrow(() => _transactions.Check(id, next, _partition));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData((15 * 60_000) + 1)]
    public async Task A_time_out_that_no_transaction_can_have_is_refused(int milliseconds) =>
        (await Should.ThrowAsync<RefusedException>(async () => await _transactions.InitializeAsync("t", TimeSpan.FromMilliseconds(milliseconds), known: null, Deadline)))
            .Error.ShouldBe(ErrorCode.InvalidTransactionTimeout);

    [Fact(Timeout = 30_000)]
    public async Task While_a_transaction_is_being_ended_neither_the_next_nor_another_end_begins()
    {
        (long id, short epoch) = await InitializeAsync("t");
        await WriteAsync(id, epoch, 0, "kept");
        Task ending = Task.CompletedTask;
        var errors = new List<ErrorCode>();

        // Nothing is written as long as this holds the committer's lock.
        await _broker.Committer.JoinAsync([], End, committed: null, Deadline);
        await ending;

        errors.ShouldBe([ErrorCode.ConcurrentTransactions, ErrorCode.ConcurrentTransactions, ErrorCode.ConcurrentTransactions]);
        (await ReadAsync()).ShouldBe(["kept"]);

        void End()
        {
            ending = EndAsync(id, epoch, commits: true);
            errors.Add(Should.Throw<RefusedException>(() => _transactions.AddPartitions("t", id, epoch, [_partition])).Error);
            errors.Add(Should.Throw<RefusedException>(() => EndAsync(id, epoch, commits: false)).Error);
            errors.Add(Should.Throw<RefusedException>(() => InitializeAsync("t").AsTask()).Error);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_added_while_an_end_waits_for_room_is_not_left_without_one()
    {
        await _broker.Topics.CreateAsync("other", cancellationToken: Deadline);
        Partition other = _broker.Catalog.Get(new TopicPartition("other", 0));
        (long id, short epoch) = await InitializeAsync("t");
        await WriteAsync(id, epoch, 0, "kept");
        RoundBatch large = Batch(ProducedBatches.Encode(-1, -1, -1, [new string('x', 16 * 1024 * 1024)], isTransactional: false), _partition);
        Task ending = Task.CompletedTask;

        await _broker.Committer.JoinAsync([], End, committed: null, Deadline);

        (await Should.ThrowAsync<RefusedException>(() => ending)).Error.ShouldBe(ErrorCode.ConcurrentTransactions);
        await EndAsync(id, epoch, commits: true);
        other.HighWatermark.ShouldBe(1);

        void End()
        {
            _broker.Committer.JoinAsync([large], check: null, committed: null, Deadline).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
            ending = EndAsync(id, epoch, commits: true);
            _transactions.AddPartitions("t", id, epoch, [other]);
            other.TrackProducers();
        }
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
    public async Task Whatever_was_written_last_of_an_id_its_newest_epoch_counts()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        TransactionCoordinator transactions = await RestoreAsync(broker, new("t", producerId: 7, epoch: 5), new("t", producerId: 7, epoch: 4));

        (await transactions.InitializeAsync("t", Patience, known: null, Deadline)).ShouldBe((7, (short)6));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_producer_whose_epochs_are_used_up_is_given_another_id()
    {
        const short last = short.MaxValue - 1; // The highest is left over to fence with.
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        var worn = new TransactionalProducer("t", producerId: 7, epoch: last - 1) { Timeout = TimeSpan.FromMinutes(3) };
        TransactionCoordinator transactions = await RestoreAsync(broker, worn);
        transactions.List().ShouldHaveSingleItem().Timeout.ShouldBe(worn.Timeout);
        (await transactions.InitializeAsync("t", Patience, known: null, Deadline)).ShouldBe((7, last));

        (long id, short epoch) = await transactions.InitializeAsync("t", Patience, known: null, Deadline);

        (id == 7, epoch).ShouldBe((false, (short)0));
        transactions.AddPartitions("t", id, epoch, []);
        Should.Throw<RefusedException>(() => transactions.AddPartitions("t", 7, last, [])).Error.ShouldBe(ErrorCode.InvalidProducerIdMapping);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_transactional_id_that_is_too_long_to_be_kept_is_refused() =>
        (await Should.ThrowAsync<RefusedException>(async () => await InitializeAsync(new string('x', short.MaxValue + 1)))).Error.ShouldBe(ErrorCode.InvalidRequest);

    [Fact(Timeout = 30_000)]
    public async Task Of_a_thousand_ids_those_are_forgotten_that_nobody_has_used_for_a_day()
    {
        for (int i = 1; i < 1000; i++)
        {
            await InitializeAsync($"{i}");
        }

        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        await InitializeAsync("newest");

        _transactions.List().Select(transaction => transaction.TransactionalId).ShouldBe(["newest"]);
    }

    [Fact]
    public void What_could_not_be_written_is_no_duplicate_when_it_comes_again()
    {
        var producers = new PartitionProducers();
        producers.TryTake(Produced(0, count: 1), baseOffset: 0, now: 0).ShouldBeTrue();

        producers.TakeBack();

        producers.TryTake(Produced(0, count: 1), baseOffset: 0, now: 0).ShouldBeTrue();
    }

    // So many a client may send before the first of them is acknowledged.
    [Fact]
    public void The_last_five_batches_are_known_when_they_come_again()
    {
        ProducerState state = ProducerState.First(Produced(0, count: 1), baseOffset: 0, now: 0);
        for (int sequence = 1; sequence < 6; sequence++)
        {
            state = state.After(Produced(sequence, count: 1), baseOffset: sequence, now: 0)!;
        }

        Enumerable.Range(0, 6).Select(VerdictOf).ShouldBe([ProducerVerdict.OutOfOrder, .. Enumerable.Repeat(ProducerVerdict.Duplicate, 5)]);

        ProducerVerdict VerdictOf(int sequence)
        {
            ProducedBatch again = Produced(sequence, count: 1);
            state.After(again, baseOffset: 6, now: 0).ShouldBeNull();
            return again.Verdict;
        }
    }

    [Fact]
    public void Behind_the_highest_sequence_number_comes_zero()
    {
        var state = ProducerState.First(Produced(int.MaxValue - 1, count: 2), baseOffset: 0, now: 0);

        state.After(Produced(0, count: 1), baseOffset: 2, now: 0).ShouldNotBeNull();
    }

    // A coordinator of a broker that knows ids from an earlier life.
    private static async Task<TransactionCoordinator> RestoreAsync(EmbeddedBroker broker, params TransactionalProducer[] known)
    {
        await broker.Own.AppendInternalAsync(
            TransactionTopic.Name,
            [.. known.Select(producer => TransactionTopic.Encode(producer, TransactionState.Committed, DateTimeOffset.UnixEpoch))],
            Deadline);
        TransactionCoordinator transactions = TransactionCoordinator.Of(broker);
        await transactions.RestoreAsync();
        return transactions;
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
        RoundBatch batch = Batch(ProducedBatches.Encode(id, epoch, sequence, values, isTransactional), _partition);
        _partition.TrackProducers();
        Action? check = isTransactional ? () => _transactions.Check(id, epoch, _partition) : null;
        Round round = await _broker.Committer.JoinAsync([batch], check, committed: null, Deadline);
        await round.Done;
        return batch;
    }

    private static RoundBatch Batch(Memory<byte> bytes, Partition partition)
    {
        RecordBatchHeader.TryRead(bytes.Span, out RecordBatchHeader header);
        return new RoundBatch(partition, bytes, header);
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
