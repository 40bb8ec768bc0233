using System.Diagnostics;
using System.Globalization;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Producers;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Fetching;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;
using Ganglion.Tests.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>What a durable broker still knows of producers and transactions when it is opened again after a crash.</summary>
public sealed class TransactionRestartTests : IAsyncLifetime
{
    private TemporaryFolder _folder = new();
    private EmbeddedBroker _broker = null!;
    private TransactionCoordinator _transactions = null!;

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    private Partition Notes => _broker.Catalog.Get(new TopicPartition("notes", 0));

    public async ValueTask InitializeAsync()
    {
        await OpenAsync();
        await _broker.Topics.CreateAsync("notes", cancellationToken: Deadline);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_aborted_stays_unread(bool savesSnapshot)
    {
        (long id, short epoch) = await BeginAsync();
        await WriteAsync(id, epoch, 0, "aborted");
        await _transactions.EndAsync("t", id, epoch, commits: false, Deadline);
        _transactions.AddPartitions("t", id, epoch, [Notes]);
        await WriteAsync(id, epoch, 1, "committed");
        await _transactions.EndAsync("t", id, epoch, commits: true, Deadline);

        await ReopenAsync(savesSnapshot);

        (await ReadAsync()).ShouldBe(["committed"]);
        Notes.Aborted.All.ShouldHaveSingleItem().ShouldBe(new AbortedTransaction(id, 0, 1));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_open_is_aborted_and_its_producer_is_told(bool savesSnapshot)
    {
        (long id, short epoch) = await BeginAsync();
        await WriteAsync(id, epoch, 0, "open");

        await ReopenAsync(savesSnapshot);

        (await ReadAsync()).ShouldBeEmpty();
        Notes.LastStableOffset.ShouldBe(Notes.HighWatermark);
        (await Should.ThrowAsync<RefusedException>(async () => await _transactions.EndAsync("t", id, epoch, commits: true, Deadline)))
            .Error.ShouldBe(ErrorCode.InvalidProducerIdMapping);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_comes_again_after_a_restart_is_known(bool savesSnapshot)
    {
        (long id, short epoch) = await _transactions.InitializeAsync(null, default, null, Deadline);
        await WriteAsync(id, epoch, 0, "first", isTransactional: false);

        await ReopenAsync(savesSnapshot);

        RoundBatch again = await WriteAsync(id, epoch, 0, "first", isTransactional: false);
        (again.Produced!.Verdict, again.Produced.DuplicateOffset).ShouldBe((ProducerVerdict.Duplicate, 0));
        (await WriteAsync(id, epoch, 2, "gap", isTransactional: false)).Produced!.Verdict.ShouldBe(ProducerVerdict.OutOfOrder);
        (await ReadAsync()).ShouldBe(["first"]);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_comes_again_is_known_when_all_records_were_deleted()
    {
        (long id, short epoch) = await _transactions.InitializeAsync(null, default, null, Deadline);
        await WriteAsync(id, epoch, 0, "first", isTransactional: false);
        Notes.DeleteBefore(null);

        await ReopenAsync(savesSnapshot: false);

        (await WriteAsync(id, epoch, 0, "first", isTransactional: false)).Produced!.Verdict.ShouldBe(ProducerVerdict.Duplicate);
        (await ReadAsync()).ShouldBeEmpty();
    }

    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_producer_whose_clock_is_ahead_is_forgotten_like_others(bool isInSnapshot)
    {
        var ahead = new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);
        (long id, short epoch) = await _transactions.InitializeAsync(null, default, null, Deadline);
        await WriteAsync(id, epoch, 0, "first", isTransactional: false, ahead);
        if (isInSnapshot)
        {
            Notes.Log.WriteProducers(new ProducerSnapshot(
                Notes.HighWatermark, [new ProducerSnapshot.Producer(id, epoch, ahead.ToUnixTimeMilliseconds(), [new ProducerRange(0, 0, 0)])], [], []));
        }

        await ReopenAsync(savesSnapshot: false);
        (await WriteAsync(id, epoch, 0, "first", isTransactional: false)).Produced!.Verdict.ShouldBe(ProducerVerdict.Duplicate);

        Notes.SaveProducers(TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds());

        (await WriteAsync(id, epoch, 0, "first", isTransactional: false)).Produced!.Verdict.ShouldBe(ProducerVerdict.Taken);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_end_that_was_written_is_confirmed_after_a_restart(bool commits)
    {
        (long id, short epoch) = await BeginAsync();
        await WriteAsync(id, epoch, 0, "ended");
        await _transactions.EndAsync("t", id, epoch, commits, Deadline);

        await ReopenAsync(savesSnapshot: false);

        await _transactions.EndAsync("t", id, epoch, commits, Deadline);
        (await Should.ThrowAsync<RefusedException>(async () => await _transactions.EndAsync("t", id, epoch, !commits, Deadline)))
            .Error.ShouldBe(ErrorCode.InvalidTxnState);
        (await ReadAsync()).Count.ShouldBe(commits ? 1 : 0);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(true)] // What it has written shows that it was open.
    [InlineData(false)] // It has offsets only.
    public async Task A_transaction_that_a_restart_has_aborted_is_not_taken_for_the_one_before(bool writes)
    {
        (long id, short epoch) = await BeginAsync();
        await WriteAsync(id, epoch, 0, "ended");
        await _transactions.EndAsync("t", id, epoch, commits: true, Deadline);
        _transactions.AddPartitions("t", id, epoch, [Notes]);
        if (writes)
        {
            await WriteAsync(id, epoch, 1, "open");
        }
        else
        {
            _transactions.AddGroup("t", id, epoch, "group");
            Dictionary<TopicPartition, OffsetAndMetadata> offsets = new() { [Notes.Id] = new OffsetAndMetadata(1) };
            await _transactions.AddOffsetsAsync("t", id, epoch, "group", offsets, Deadline);
        }

        await ReopenAsync(savesSnapshot: false);

        (await Should.ThrowAsync<RefusedException>(async () => await _transactions.EndAsync("t", id, epoch, commits: true, Deadline)))
            .Error.ShouldBe(ErrorCode.InvalidProducerIdMapping);
        (await ReadAsync()).ShouldBe(["ended"]);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_open_is_aborted_when_nobody_coordinates_it_any_more()
    {
        (long id, short epoch) = await BeginAsync();
        await WriteAsync(id, epoch, 0, "open");

        _transactions.Enter();
        _transactions.Enter();
        await _transactions.LeaveAsync();
        _transactions.AddPartitions("t", id, epoch, [Notes]);
        await _transactions.LeaveAsync();

        Notes.LastStableOffset.ShouldBe(Notes.HighWatermark);
        Should.Throw<RefusedException>(() => _transactions.AddPartitions("t", id, epoch, [Notes])).Error.ShouldBe(ErrorCode.ProducerFenced);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_id_that_was_forgotten_is_another_one_after_a_restart()
    {
        (long forgotten, _) = await _transactions.InitializeAsync("forgotten", TimeSpan.FromMinutes(1), null, Deadline);
        (long kept, _) = await _transactions.InitializeAsync("kept", TimeSpan.FromMinutes(1), null, Deadline);
        await _broker.Own.AppendInternalAsync(TransactionTopic.Name, [TransactionTopic.EncodeTombstone("forgotten")], Deadline);

        await ReopenAsync(savesSnapshot: false);

        (await _transactions.InitializeAsync("forgotten", TimeSpan.FromMinutes(1), null, Deadline)).ProducerId.ShouldNotBe(forgotten);
        (await _transactions.InitializeAsync("kept", TimeSpan.FromMinutes(1), null, Deadline)).ShouldBe((kept, (short)1));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_broker_that_has_no_room_to_abort_what_is_open_opens_and_listens_and_aborts_it_when_there_is()
    {
        const int Partitions = 60;
        await _broker.Topics.CreateAsync("many", new TopicSettings { Partitions = Partitions }, Deadline);
        Partition[] partitions = [.. Enumerable.Range(0, Partitions).Select(number => _broker.Catalog.Get(new TopicPartition("many", number)))];
        (long id, short epoch) = await _transactions.InitializeAsync("t", TimeSpan.FromMinutes(1), null, Deadline);
        _transactions.AddPartitions("t", id, epoch, partitions);
        foreach (Partition partition in partitions)
        {
            await WriteAsync(partition, id, epoch, 0, "open", key: null, isTransactional: true);
        }

        using var crashed = TemporaryFolder.CopyOf(_folder.Path);
        using Process process = BrokerProcess.StartWithSmallFiles("unblock", crashed.Path, bytes: 4_000, isDeadly: false);
        string port = (await process.StandardOutput.ReadLineAsync(Deadline))!;
        string? opened = await process.StandardOutput.ReadLineAsync(Deadline);
        await using (ListenerClient client = ListenerClient.Connect(int.Parse(port, CultureInfo.InvariantCulture)))
        {
            (await client.AskForIdAsync()).Error.ShouldBe(ErrorCode.CoordinatorLoadInProgress);
        }

        BrokerProcess.AllowLargeFiles(process);
        string read = await process.StandardOutput.ReadToEndAsync(Deadline);
        string errors = await process.StandardError.ReadToEndAsync(Deadline);

        errors.ShouldBeEmpty();
        opened.ShouldBe("opened, listens, and waits: True");
        read.TrimEnd().ShouldBe("read: after");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_producer_whose_transaction_was_aborted_by_a_restart_cannot_go_on_with_the_rest_of_it()
    {
        (long id, short epoch) = await BeginAsync();
        await WriteAsync(id, epoch, 0, "the first half");

        await ReopenAsync(savesSnapshot: false);

        Should.Throw<RefusedException>(() => _transactions.AddPartitions("t", id, epoch, [Notes])).Error.ShouldBe(ErrorCode.InvalidProducerIdMapping);
        Should.Throw<RefusedException>(() => _transactions.AddGroup("t", id, epoch, "group")).Error.ShouldBe(ErrorCode.InvalidProducerIdMapping);
        (long _, short next) = await _transactions.InitializeAsync("t", TimeSpan.FromMinutes(1), (id, epoch), Deadline);
        _transactions.AddPartitions("t", id, next, [Notes]);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_transactional_id_keeps_its_producer_and_goes_on_with_the_next_epoch()
    {
        (long id, short epoch) = await BeginAsync();

        await ReopenAsync(savesSnapshot: false);

        (await _transactions.InitializeAsync("t", TimeSpan.FromMinutes(1), null, Deadline)).ShouldBe((id, (short)(epoch + 1)));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_snapshot_that_is_damaged_is_made_anew_from_the_log()
    {
        (long id, short epoch) = await BeginAsync();
        await WriteAsync(id, epoch, 0, "aborted");
        await _transactions.EndAsync("t", id, epoch, commits: false, Deadline);
        Notes.SaveProducers(lastHeard: 0);
        await CloseAsync();

        string snapshot = Directory.GetFiles(_folder.Path, "producers.json", SearchOption.AllDirectories).ShouldHaveSingleItem();
        await File.WriteAllTextAsync(snapshot, "{", Deadline);
        await OpenAsync();

        Notes.Aborted.All.ShouldHaveSingleItem().ShouldBe(new AbortedTransaction(id, 0, 1));
    }

    [Fact(Timeout = 30_000)]
    public async Task Compaction_keeps_what_was_committed_and_nothing_that_was_aborted()
    {
        Partition compacted = await WriteTransactionsAsync();
        string before = (await ReadAsync(compacted)).Last(value => value.StartsWith("committed", StringComparison.Ordinal));
        compacted = await CompactAsync();
        await ReopenAsync(savesSnapshot: false);
        compacted = _broker.Catalog.Get(compacted.Id);

        List<string> after = await ReadAsync(compacted);
        after.ShouldAllBe(value => value.StartsWith("committed", StringComparison.Ordinal));
        after[^1].ShouldBe(before);
        after.Count.ShouldBeLessThan(20);
        compacted.LastStableOffset.ShouldBe(compacted.HighWatermark);

        // A client told of an aborted transaction whose end has gone would pass over all that its producer wrote later.
        var fetched = new FetchedPartition(0, offset: 0, maxBytes: 1024 * 1024);
        await fetched.ReadAsync(compacted, readsCommitted: true, bytesLeft: 1024 * 1024, Deadline);
        fetched.Aborted.Count.ShouldBeLessThan(compacted.Aborted.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_compaction_has_left_nothing_of_is_forgotten()
    {
        int aborted = (await WriteTransactionsAsync()).Aborted.Count;

        Partition compacted = await CompactAsync();
        compacted.SaveProducers(lastHeard: 0);

        aborted.ShouldBe(20);
        compacted.Aborted.Count.ShouldBeLessThan(10);
        (await ReadAsync(compacted)).ShouldAllBe(value => value.StartsWith("committed", StringComparison.Ordinal));
    }

    // Every second one is aborted.
    private async Task<Partition> WriteTransactionsAsync()
    {
        await _broker.Topics.CreateAsync("compacted", new TopicSettings { Cleanup = CleanupPolicy.Compact, SegmentBytes = 1024 }, Deadline);
        Partition compacted = _broker.Catalog.Get(new TopicPartition("compacted", 0));
        (long id, short epoch) = await _transactions.InitializeAsync("c", TimeSpan.FromMinutes(1), null, Deadline);
        for (int i = 0; i < 40; i++)
        {
            compacted.TrackProducers();
            _transactions.AddPartitions("c", id, epoch, [compacted]);
            await WriteAsync(compacted, id, epoch, i, i % 2 == 0 ? $"committed {i}" : $"aborted {i}", key: i % 2 == 0 ? $"k{i % 4}" : "k0", isTransactional: true);
            await _transactions.EndAsync("c", id, epoch, commits: i % 2 == 0, Deadline);
        }

        return compacted;
    }

    private async Task<Partition> CompactAsync()
    {
        await ReopenAsync(savesSnapshot: false); // All of it lies in segments now.
        Partition compacted = _broker.Catalog.Get(new TopicPartition("compacted", 0));
        await compacted.Log.CleanAsync(compacted.Topic.Settings, _broker.Committer.Now, Deadline);
        return compacted;
    }

    private async Task<(long ProducerId, short Epoch)> BeginAsync()
    {
        (long id, short epoch) = await _transactions.InitializeAsync("t", TimeSpan.FromMinutes(1), null, Deadline);
        Notes.TrackProducers();
        _transactions.AddPartitions("t", id, epoch, [Notes]);
        return (id, epoch);
    }

    private async Task ReopenAsync(bool savesSnapshot)
    {
        if (savesSnapshot)
        {
            Notes.SaveProducers(lastHeard: 0);
        }

        var crashed = TemporaryFolder.CopyOf(_folder.Path);
        await CloseAsync();
        _folder.Dispose();
        _folder = crashed;
        await OpenAsync();
    }

    private async Task OpenAsync()
    {
        _broker = await EmbeddedBroker.OpenAsync(_folder.Path, cancellationToken: Deadline);
        _transactions = TransactionCoordinator.Of(_broker);
        await _transactions.RestoreAsync();
    }

    private async Task CloseAsync() => await _broker.DisposeAsync();

    private Task<RoundBatch> WriteAsync(
        long id, short epoch, int sequence, string value, bool isTransactional = true, DateTimeOffset time = default) =>
        WriteAsync(Notes, id, epoch, sequence, value, key: null, isTransactional, time);

    private async Task<RoundBatch> WriteAsync(
        Partition partition, long id, short epoch, int sequence, string value, string? key, bool isTransactional, DateTimeOffset time = default)
    {
        Memory<byte> bytes = ProducedBatches.Encode(id, epoch, sequence, [value], isTransactional, key, time.Year > 1 ? time.ToUnixTimeMilliseconds() : 0);
        RecordBatchHeader.TryRead(bytes.Span, out RecordBatchHeader header);
        var batch = new RoundBatch(partition, bytes, header);
        partition.TrackProducers();
        Round round = await _broker.Committer.JoinAsync([batch], check: null, committed: null, Deadline);
        await round.Done;
        return batch;
    }

    private Task<List<string>> ReadAsync() => ReadAsync(Notes);

    private async Task<List<string>> ReadAsync(Partition partition)
    {
        var values = new List<string>();
        for (long offset = partition.EarliestOffset; offset < partition.LastStableOffset;)
        {
            ConsumedBatch batch = await partition.ReadAsync(offset, 1024 * 1024, Deadline);
            values.AddRange(batch.Records.Select(record => Encoding.UTF8.GetString(record.Record.Value!.Value.Span)));
            offset = batch.NextOffset;
        }

        return values;
    }
}
