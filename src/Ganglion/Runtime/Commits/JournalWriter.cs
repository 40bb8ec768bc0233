using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Journal;
using Ganglion.Journal.Entries;

namespace Ganglion.Runtime.Commits;

/// <summary>Brings the journals of invocations onto the log: within the commit of a turn, or, for effects, in the middle of it.</summary>
internal sealed class JournalWriter(AgentTopics topics, string source, TimeProvider time, CommitQueue commits)
{
    /// <summary>Commits entries at once, and returns when they are on the log.</summary>
    /// <exception cref="JournalException">They are too large for the topic.</exception>
    public Task RecordAsync(Invocation invocation, IReadOnlyList<JournalEntry> entries)
    {
        // The offset of the invocation's input goes with it, so that only the owner of the partition can write.
        var commit = new JournalCommit(invocation.Input, OpenOf(invocation));
        Add(commit, commit.Open!, invocation.Event!, entries);
        commits.Add(commit);
        return commit.Verdict!.Task;
    }

    /// <summary>The turn is over: what of it is not recorded goes with its commit, and so does the end of the journal.</summary>
    public void Collect(Invocation invocation, Execution execution)
    {
        if (invocation.Waits)
        {
            if (!execution.Journal.Exists(entry => entry is BegunEntry))
            {
                execution.AddUnrecorded(new BegunEntry(
                    invocation.Handler!.Channel,
                    invocation.Event!,
                    new TopicPartitionOffset(new TopicPartition(invocation.Origin.Topic, invocation.Origin.Partition), invocation.Origin.Offset)));
            }

            invocation.Open = OpenOf(invocation);
            invocation.Open.Entries = execution.Journal;
            invocation.Instance!.Partition.Journals.Answers.Set(invocation.Open.Id, execution.Pending);
            Add(invocation, invocation.Open, invocation.Event!, execution.TakeUnrecorded(), invocation.Handler!.IsExclusive);
        }
        else if ((invocation.Open ?? FindOpen(invocation)) is { Records: > 0 } open)
        {
            invocation.Open = open;
            Remove(invocation, open);
        }
    }

    /// <summary>The invocation is parked. If it had waited, what it was to go on with is kept for when it is redriven.</summary>
    public void Park(Invocation invocation, Exception cause)
    {
        if (invocation is { Operation: not null, Open: { } open, Journal: { } journal })
        {
            List<JournalEntry> entries = [.. journal[invocation.Recorded..], new ParkedEntry(cause.Message)];
            open.Entries = [.. journal, entries[^1]];
            Add(invocation, open, invocation.Event!, entries);
        }
    }

    /// <summary>The invocation has failed for good, and nothing of it goes on: its journal is removed.</summary>
    public void Remove(Invocation invocation)
    {
        if (invocation.Open is { Records: > 0 } open)
        {
            Remove(invocation, open);
        }
    }

    private static OpenInvocation OpenOf(Invocation invocation) =>
        invocation.Open ??= invocation.Instance!.Partition.Journals.GetOrAdd(IdOf(invocation), invocation.Key!);

    private static OpenInvocation? FindOpen(Invocation invocation) =>
        invocation.Instance!.Partition.Journals is { IsEmpty: false } journals ? journals.Find(IdOf(invocation)) : null;

    private static InvocationId IdOf(Invocation invocation) => invocation.Context?.InvocationId
        ?? throw new InvalidOperationException("Only an event that is being handled has a journal.");

    private void Add(CommitEntry commit, OpenInvocation open, CloudEvent cause, IReadOnlyList<JournalEntry> entries, bool isExclusive = false)
    {
        var written = new JournalRecord(open.Id, open.Records++, open.Key, entries, isExclusive);
        Record record = JournalCodec.Write(written, cause, source, time.GetUtcNow());
        Begin(commit, 1).Add(new ProducerRecord(topics.Journal, record, commit.Input.AgentPartition!.Number));
    }

    private void Remove(Invocation invocation, OpenInvocation open)
    {
        List<ProducerRecord> records = Begin(invocation, open.Records);
        for (int i = 0; i < open.Records; i++)
        {
            records.Add(new ProducerRecord(topics.Journal, JournalCodec.Tombstone(open.Id, i), invocation.Input.AgentPartition!.Number));
        }

        open.IsOver = true;
    }

    private static List<ProducerRecord> Begin(CommitEntry commit, int count)
    {
        List<ProducerRecord> records = commit.Records ??= new List<ProducerRecord>(count);
        records.EnsureCapacity(records.Count + count);
        commit.JournalRange = new RecordRange(records.Count, count);
        return records;
    }
}
