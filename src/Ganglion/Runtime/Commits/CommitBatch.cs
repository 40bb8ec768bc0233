using System.Runtime.InteropServices;
using Ganglion.Brokers;
using Ganglion.Journal;
using Ganglion.Runtime.Inputs;

namespace Ganglion.Runtime.Commits;

/// <summary>What one commit writes.</summary>
internal sealed class CommitBatch
{
    private readonly List<Invocation> _invocations = [];
    private readonly HashSet<InputPartition> _inputs = [];
    private readonly HashSet<string> _deadLetterTopics = [];

    public IReadOnlyList<Invocation> Invocations => _invocations;

    /// <summary>Where it parks events.</summary>
    public IReadOnlyCollection<string> DeadLetterTopics => _deadLetterTopics;

    /// <summary>Takes finished events.</summary>
    public void Fill(List<Invocation> finished)
    {
        _invocations.Clear();
        _inputs.Clear();
        _deadLetterTopics.Clear();
        foreach (Invocation invocation in finished)
        {
            _invocations.Add(invocation);
            _inputs.Add(invocation.Input);
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

    /// <summary>Drops events whose partition is gone.</summary>
    /// <returns>Whether any are left.</returns>
    public bool DropInVain()
    {
        if (_inputs.RemoveWhere(input => input.IsLost) > 0)
        {
            foreach (Invocation invocation in _invocations)
            {
                if (invocation.Input.IsLost)
                {
                    invocation.Verdict?.TrySetCanceled();
                }
            }

            _invocations.RemoveAll(invocation => invocation.Input.IsLost);
        }

        return _invocations.Count > 0;
    }

    /// <summary>What to commit. A timer is committed with the offset of its inbox, so that only the inbox's owner can fire it.</summary>
    public AtomicCommit ToCommit(ConsumerGroupMetadata group)
    {
        int count = 0;
        foreach (Invocation invocation in _invocations)
        {
            count += (invocation.Records?.Count ?? 0) + 1;
        }

        var records = new List<ProducerRecord>(count);
        foreach (Invocation invocation in _invocations)
        {
            if (invocation.Records is { } produced)
            {
                records.AddRange(CollectionsMarshal.AsSpan(produced));
            }

            if (invocation.Tombstone is { } tombstone)
            {
                records.Add(tombstone);
            }
        }

        return new AtomicCommit
        {
            Records = records,
            Group = group,
            Offsets = _inputs.ToDictionary(input => input.Id, input => input.ToCommit()),
        };
    }

    /// <summary>The commit has succeeded: its records lie at these places.</summary>
    public void Confirm(IReadOnlyList<TopicPartitionOffset> positions)
    {
        int next = 0;
        foreach (Invocation invocation in _invocations)
        {
            if (!invocation.HasNoOffset)
            {
                invocation.Input.Confirm(invocation);
            }

            if (invocation.Records is { } records)
            {
                ConfirmEffects(invocation, records, positions, next);
                next += records.Count;
            }

            next += invocation.Tombstone is null ? 0 : 1;

            invocation.Verdict?.TrySetResult();
        }
    }

    /// <summary>Nothing is committed any more.</summary>
    public void Abandon()
    {
        foreach (Invocation invocation in _invocations)
        {
            invocation.Verdict?.TrySetCanceled();
        }
    }

    /// <summary>The commit has been refused.</summary>
    public void Undo()
    {
        foreach (Invocation invocation in _invocations)
        {
            if (!invocation.HasNoOffset)
            {
                invocation.Input.Unfinish(invocation);
            }
        }
    }

    private static void ConfirmEffects(
        Invocation invocation, List<ProducerRecord> records, IReadOnlyList<TopicPartitionOffset> positions, int first)
    {
        if (invocation.PutAside is { } deferred)
        {
            invocation.Input.Home!.Held.Committed(deferred, positions[first].Offset);
        }

        if (invocation.StateAt >= 0)
        {
            invocation.Input.Home!.State.Committed(
                invocation.Key!,
                CollectionsMarshal.AsSpan(records).Slice(invocation.StateAt, invocation.StateCount),
                positions.Skip(first + invocation.StateAt).Take(invocation.StateCount).Select(position => position.Offset));
        }

        if (invocation.JournalAt >= 0)
        {
            ConfirmJournal(invocation, positions, first + invocation.JournalAt);
        }

        for (int i = invocation.TimersAt; i >= 0 && i < records.Count; i++)
        {
            invocation.Input.Home!.Timers.Committed(records[i].Record, positions[first + i].Offset);
        }
    }

    private static void ConfirmJournal(Invocation invocation, IReadOnlyList<TopicPartitionOffset> positions, int first)
    {
        OpenInvocation open = invocation.Open!;
        if (open.IsOver)
        {
            invocation.Input.Home!.Journals.Remove(open);
            return;
        }

        for (int i = 0; i < invocation.JournalCount; i++)
        {
            open.Committed(positions[first + i].Offset);
        }
    }
}
