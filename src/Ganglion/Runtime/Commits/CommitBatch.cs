using System.Runtime.InteropServices;
using Ganglion.Brokers;
using Ganglion.Journal;
using Ganglion.Runtime.Inputs;

namespace Ganglion.Runtime.Commits;

/// <summary>What one commit writes.</summary>
internal sealed class CommitBatch
{
    private readonly List<CommitEntry> _entries = [];

    // Filled for one commit after the other: large batches would each cost a large array.
    private readonly List<ProducerRecord> _records = [];
    private readonly HashSet<InputPartition> _inputs = [];
    private readonly HashSet<string> _deadLetterTopics = [];

    public IReadOnlyList<CommitEntry> Entries => _entries;

    /// <summary>Where it parks events.</summary>
    public IReadOnlyCollection<string> DeadLetterTopics => _deadLetterTopics;

    /// <summary>Takes what is to be committed.</summary>
    public void Fill(List<CommitEntry> finished)
    {
        _entries.Clear();
        _inputs.Clear();
        _deadLetterTopics.Clear();
        foreach (CommitEntry entry in finished)
        {
            _entries.Add(entry);
            _inputs.Add(entry.Input);
            if (entry is not Invocation invocation)
            {
                continue;
            }

            if (invocation.DeadLetterTopic is { } topic)
            {
                _deadLetterTopics.Add(topic);
            }

            if (!invocation.HasNoOffset)
            {
                invocation.Input.Finish(invocation);
            }
        }
    }

    /// <summary>Drops entries whose partition is gone.</summary>
    /// <returns>Whether any are left.</returns>
    public bool DropInVain()
    {
        if (_inputs.RemoveWhere(input => input.IsLost) > 0)
        {
            foreach (CommitEntry entry in _entries)
            {
                if (entry.Input.IsLost)
                {
                    entry.Verdict?.TrySetCanceled();
                }
            }

            _entries.RemoveAll(entry => entry.Input.IsLost);
        }

        return _entries.Count > 0;
    }

    /// <summary>What to commit. A timer is committed with the offset of its inbox, so that only the inbox's owner can fire it.</summary>
    public AtomicCommit ToCommit(ConsumerGroupMetadata group)
    {
        _records.Clear();
        foreach (CommitEntry entry in _entries)
        {
            if (entry.Records is { } produced)
            {
                _records.AddRange(CollectionsMarshal.AsSpan(produced));
            }

            if (entry is Invocation { Deferred: { } deferred })
            {
                _records.Add(entry.Input.AgentPartition!.Deferred.TombstoneOf(deferred));
            }
        }

        return new AtomicCommit
        {
            Records = _records,
            Group = group,
            Offsets = _inputs.ToDictionary(input => input.Id, input => input.ToCommit()),
        };
    }

    /// <summary>The commit has succeeded: its records lie at these positions.</summary>
    public void Confirm(IReadOnlyList<TopicPartitionOffset> positions)
    {
        int next = 0;
        foreach (CommitEntry entry in _entries)
        {
            if (entry is Invocation { HasNoOffset: false } read)
            {
                read.Input.Confirm(read);
            }

            if (entry.Records is { } records)
            {
                ConfirmEffects(entry, records, positions, next);
                next += records.Count;
            }

            next += entry is Invocation { Deferred: not null } ? 1 : 0;

            entry.Verdict?.TrySetResult();
        }
    }

    /// <summary>Nothing is committed any more.</summary>
    public void Abandon()
    {
        foreach (CommitEntry entry in _entries)
        {
            entry.Verdict?.TrySetCanceled();
        }
    }

    /// <summary>The commit has been refused.</summary>
    public void Undo()
    {
        foreach (CommitEntry entry in _entries)
        {
            if (entry is Invocation { HasNoOffset: false } read)
            {
                read.Input.Unfinish(read);
            }
        }
    }

    private static void ConfirmEffects(
        CommitEntry entry, List<ProducerRecord> records, IReadOnlyList<TopicPartitionOffset> positions, int first)
    {
        if (entry is Invocation invocation)
        {
            ConfirmInstance(invocation, records, positions, first);
        }

        if (!entry.JournalRange.IsEmpty)
        {
            ConfirmJournal(entry, positions, first + entry.JournalRange.First);
        }

        RecordRange timers = entry.TimerRange;
        for (int i = timers.First; i < timers.First + timers.Count; i++)
        {
            entry.Input.AgentPartition!.Timers.Committed(records[i].Record, positions[first + i].Offset);
        }
    }

    private static void ConfirmInstance(
        Invocation invocation, List<ProducerRecord> records, IReadOnlyList<TopicPartitionOffset> positions, int first)
    {
        if (invocation.PutAside is { } deferred)
        {
            invocation.Input.AgentPartition!.Deferred.Committed(deferred, positions[first].Offset);
        }

        if (invocation.StateRange is { IsEmpty: false } state)
        {
            invocation.Input.AgentPartition!.State.Committed(
                invocation.Key!,
                CollectionsMarshal.AsSpan(records).Slice(state.First, state.Count),
                positions,
                first + state.First);
        }
    }

    private static void ConfirmJournal(CommitEntry entry, IReadOnlyList<TopicPartitionOffset> positions, int first)
    {
        OpenInvocation open = entry.Open!;
        if (open.IsOver)
        {
            entry.Input.AgentPartition!.Journals.Remove(open);
            return;
        }

        for (int i = 0; i < entry.JournalRange.Count; i++)
        {
            open.Committed(positions[first + i].Offset);
        }
    }
}
