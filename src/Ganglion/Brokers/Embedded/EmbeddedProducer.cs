using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Groups;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Telemetry;

namespace Ganglion.Brokers.Embedded;

/// <summary>Writes to the broker of its process. Keeps nothing of its own: order and batching are the committer's.</summary>
/// <param name="topics">Where records go.</param>
/// <param name="committer">Who writes them.</param>
/// <param name="groups">Who knows whose offsets may be committed.</param>
/// <param name="fence">Throws once a newer producer has taken over; null where there is no such thing.</param>
/// <param name="isOwn">Whether the broker itself writes: only it may write to its internal topics.</param>
/// <param name="metrics">Where it is counted; null: nowhere.</param>
internal sealed class EmbeddedProducer(
    TopicCatalog topics, Committer committer, GroupCoordinator groups, Action? fence, bool isOwn, ClientMetrics? metrics)
    : IEventProducer
{
    /// <summary>A round, which takes one such commit at most beside what joins it before, tells its length in 31 bits.</summary>
    private const long MaxCommitBytes = 1024 * 1024 * 1024;

    public ValueTask<TopicPartitionOffset> AppendAsync(ProducerRecord record, CancellationToken cancellationToken = default)
    {
        long started = metrics?.Begin() ?? 0;
        ValueTask<TopicPartitionOffset> appended;
        try
        {
            fence?.Invoke();
            appended = committer.AppendAsync(Choose(record, isOwn), record.Record, cancellationToken);
        }
        catch (Exception exception)
        {
            appended = ValueTask.FromException<TopicPartitionOffset>(exception);
        }

        return started == 0 ? appended : MeasureAsync(appended, [record], group: null, started);
    }

    public ValueTask<IReadOnlyList<TopicPartitionOffset>> AppendAsync(
        IReadOnlyList<ProducerRecord> records, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        if (records.Count == 0)
        {
            return new([]);
        }

        long started = metrics?.Begin() ?? 0;
        ValueTask<IReadOnlyList<TopicPartitionOffset>> appended = AppendAllAsync(records, cancellationToken);
        return started == 0 ? appended : MeasureAsync(appended, records, group: null, started);
    }

    public ValueTask<IReadOnlyList<TopicPartitionOffset>> CommitAsync(AtomicCommit commit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(commit);
        if (commit.Offsets.Count == 0)
        {
            return AppendAsync(commit.Records, cancellationToken);
        }

        if (commit.Group is null)
        {
            throw new ArgumentException("Offsets can be committed only with the group and the member whose they are.", nameof(commit));
        }

        long started = metrics?.Begin() ?? 0;
        ValueTask<IReadOnlyList<TopicPartitionOffset>> committed = CommitAsync(
            commit.Records, OffsetCommit.Of(groups, commit.Group, commit.Offsets), cancellationToken);
        return started == 0 ? committed : MeasureAsync(committed, commit.Records, commit.Group.GroupId, started);
    }

    /// <summary>Writes records and a group's offsets in one round.</summary>
    public async ValueTask<IReadOnlyList<TopicPartitionOffset>> CommitAsync(
        IReadOnlyList<ProducerRecord> records, OffsetCommit offsets, CancellationToken cancellationToken)
    {
        var positions = new PlacedRecords(records.Count);
        List<RoundBatch> batches = Encode(records, positions, isOwn);
        batches.AddRange(Encode(offsets));
        if (batches.Count == 0)
        {
            offsets.Begin();
            offsets.Complete();
            return positions;
        }

        Round round = await committer.JoinAsync(batches, Check, offsets.Complete, cancellationToken).ConfigureAwait(false);
        try
        {
            await round.Done.ConfigureAwait(false);
        }
        catch
        {
            offsets.Abort();
            throw;
        }

        return positions;

        void Check()
        {
            fence?.Invoke();
            offsets.Begin();
        }
    }

    /// <summary>The batches that store a group's offsets, sealed.</summary>
    public List<RoundBatch> Encode(OffsetCommit offsets) =>
        EncodeInternal(OffsetTopic.Name, offsets.Encode(DateTimeOffset.FromUnixTimeMilliseconds(committer.Now)));

    /// <summary>Encodes what is written to one of the broker's own topics together with something else.</summary>
    public List<RoundBatch> EncodeInternal(string topic, IReadOnlyList<ProducerRecord> records)
    {
        EnsureInternal(topic);
        return Encode(records, positions: null, mayWriteInternal: true);
    }

    /// <summary>Writes to one of the broker's own topics.</summary>
    public async ValueTask AppendInternalAsync(string topic, IReadOnlyList<ProducerRecord> records, CancellationToken cancellationToken)
    {
        EnsureInternal(topic);
        await AppendAllAsync(records, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void EnsureInternal(string topic)
    {
        if (topics.Find(topic) is null)
        {
            topics.GetOrCreate(topic, InternalTopics.Settings);
        }
    }

    private async ValueTask<IReadOnlyList<TopicPartitionOffset>> AppendAllAsync(
        IReadOnlyList<ProducerRecord> records, CancellationToken cancellationToken)
    {
        var positions = new PlacedRecords(records.Count);
        List<RoundBatch> batches = Encode(records, positions, isOwn);
        Round round = await committer.JoinAsync(batches, fence, committed: null, cancellationToken).ConfigureAwait(false);
        await round.Done.ConfigureAwait(false);
        return positions;
    }

    private async ValueTask<TResult> MeasureAsync<TResult>(
        ValueTask<TResult> writing, IReadOnlyList<ProducerRecord> records, string? group, long started)
    {
        Exception? failure = null;
        try
        {
            return await writing.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            metrics!.Written(records.Select(record => record.Topic), group, started, failure);
        }
    }

    private Partition Choose(in ProducerRecord record, bool mayWriteInternal)
    {
        Topic topic = topics.GetOrCreate(record.Topic);
        if (topic.IsBrokersOwn && !mayWriteInternal)
        {
            throw Topic.Internal(topic.Name);
        }

        int size = RecordBatchBuilder.SizeLimitOf(record.Record);
        int limit = topic.Settings.MaxMessageBytes!.Value;
        if (size > limit)
        {
            throw new RecordTooLargeException(
                "record-too-large",
                $"A record of up to {size} bytes exceeds the limit of topic '{topic.Name}', which is {limit} bytes. "
                + "Make it smaller, raise the topic's max message bytes, or store the data elsewhere and refer to it (dataref).");
        }

        return topic.Choose(record);
    }

    /// <summary>Encodes records into one sealed batch per partition, on the caller's thread.</summary>
    private List<RoundBatch> Encode(IReadOnlyList<ProducerRecord> records, PlacedRecords? positions, bool mayWriteInternal)
    {
        CheckSize(records);
        long now = committer.Now;
        var partitions = new Partition[records.Count];
        for (int i = 0; i < partitions.Length; i++)
        {
            partitions[i] = Choose(records[i], mayWriteInternal);
        }

        var batches = new List<RoundBatch>();
        for (int i = 0; i < records.Count; i++)
        {
            ProducerRecord record = records[i];
            Partition partition = partitions[i];
            RoundBatch? batch = FindLast(batches, partition);
            if (batch is null || batch.IsFull)
            {
                batch = new RoundBatch(partition, committer.Memory, CapacityFor(records, partitions, i));
                batches.Add(batch);
            }

            int index = batch.Append(record.Record, now);
            positions?.Place(i, batch, index);
        }

        foreach (RoundBatch batch in batches)
        {
            batch.Seal();
        }

        return batches;
    }

    private static RoundBatch? FindLast(List<RoundBatch> batches, Partition partition)
    {
        for (int i = batches.Count - 1; i >= 0; i--)
        {
            if (batches[i].Partition == partition)
            {
                return batches[i];
            }
        }

        return null;
    }

    /// <summary>What the batch needs that begins with a record: it stays in memory as large as it was made.</summary>
    private static int CapacityFor(IReadOnlyList<ProducerRecord> records, Partition[] partitions, int first)
    {
        long needed = RecordBatchHeader.Size;
        long most = RoundBatch.MaxBytes;
        for (int i = first; i < partitions.Length && needed < most; i++)
        {
            if (partitions[i] == partitions[first])
            {
                int size = RecordBatchBuilder.SizeLimitOf(records[i].Record);
                needed += size;
                most = Math.Max(most, (long)RoundBatch.MaxBytes + size); // A batch is full with the record that fills it.
            }
        }

        return (int)Math.Min(Math.Min(needed, most), Array.MaxLength);
    }

    /// <exception cref="RecordTooLargeException">Together they are more than one commit takes (<c>commit-too-large</c>).</exception>
    private static void CheckSize(IReadOnlyList<ProducerRecord> records)
    {
        long bytes = 0;
        for (int i = 0; i < records.Count; i++)
        {
            bytes += RecordBatchBuilder.SizeLimitOf(records[i].Record);
        }

        if (bytes > MaxCommitBytes)
        {
            throw new RecordTooLargeException(
                "commit-too-large",
                $"{records.Count} records of up to {bytes} bytes are more than one commit takes, which is {MaxCommitBytes} bytes. "
                + "Send fewer at a time, or store the data elsewhere and refer to it (dataref).");
        }
    }
}
