using Ganglion.Brokers.Embedded.Groups;

namespace Ganglion.Brokers.Embedded.Reading;

// The loop's part of a rebalance. Each step leaves the consumer consistent, so that a listener that throws ends the read, and the
// next read does what is left. Partitions go whatever the listener says; they come only with its consent.
internal sealed partial class EmbeddedConsumer
{
    private async ValueTask RebalanceAsync()
    {
        _changed = false;
        try
        {
            await FollowAsync().ConfigureAwait(false);
        }
        catch
        {
            _changed = true;
            throw;
        }
    }

    private async ValueTask FollowAsync()
    {
        _coordinator.Subscribe(_member, _options.Topics);
        if (_coordinator.Look(_member) is not { } assignment)
        {
            await RejoinAsync().ConfigureAwait(false);
            return;
        }

        _group = new ConsumerGroupMetadata(_options.GroupId, _member.Id, assignment.Generation);
        try
        {
            await LoseAsync(assignment).ConfigureAwait(false);
        }
        finally
        {
            await ReleaseAsync(assignment.Leaving).ConfigureAwait(false);
        }

        await TakeAsync(assignment.Kept).ConfigureAwait(false);
    }

    /// <summary>The group has given this member up: what it had is gone, and it begins anew as another member.</summary>
    private async ValueTask RejoinAsync()
    {
        AssignedPartition[] lost = [.. _assigned.All];
        _member = _coordinator.Join(_options, OnChanged);
        _changed = true;
        await LoseAsync(lost).ConfigureAwait(false);
    }

    /// <summary>Drops what the coordinator has taken away without asking: partitions of topics that were deleted.</summary>
    private ValueTask LoseAsync(MemberAssignment assignment)
    {
        HashSet<PartitionOwnership> owned = [.. assignment.Kept, .. assignment.Leaving];
        return LoseAsync([.. _assigned.All.Where(partition => !owned.Contains(partition.Ownership))]);
    }

    private async ValueTask LoseAsync(AssignedPartition[] lost)
    {
        if (lost.Length == 0)
        {
            return;
        }

        Drop(lost);
        await TellAsync(listener => listener.OnLostAsync(IdsOf(lost), _closing.Token)).ConfigureAwait(false);
    }

    private async ValueTask ReleaseAsync(IReadOnlyList<PartitionOwnership> leaving)
    {
        HashSet<PartitionOwnership> asked = [.. leaving];
        AssignedPartition[] revoked = [.. _assigned.All.Where(partition => asked.Contains(partition.Ownership))];
        try
        {
            if (revoked.Length > 0)
            {
                await TellAsync(listener => listener.OnRevokedAsync(IdsOf(revoked), _closing.Token)).ConfigureAwait(false);
            }
        }
        finally
        {
            Drop(revoked);
            if (leaving.Count > 0)
            {
                _coordinator.Release(_member, leaving);
            }
        }
    }

    private async ValueTask TakeAsync(IReadOnlyList<PartitionOwnership> kept)
    {
        PartitionOwnership[] fresh = [.. kept.Where(ownership => _assigned.Find(ownership.Partition) is null)];
        Dictionary<TopicPartition, OffsetAndMetadata?> committed =
            _coordinator.GetCommitted(_member, fresh.Select(ownership => ownership.Partition));
        AssignedPartition[] taken = [.. fresh.Select(ownership => Open(ownership, committed[ownership.Partition])).OfType<AssignedPartition>()];
        if (taken.Length == 0)
        {
            return;
        }

        // Before the listener is told, so that it can seek and pause.
        _assigned = _assigned.With(taken);
        try
        {
            await TellAsync(listener => listener.OnAssignedAsync(
                taken.ToDictionary(partition => partition.Id, partition => committed[partition.Id]), _closing.Token)).ConfigureAwait(false);
        }
        catch
        {
            Drop(taken);
            throw;
        }
    }

    /// <summary>Puts a cursor where the group has stopped; null if the topic was deleted this very moment.</summary>
    private AssignedPartition? Open(PartitionOwnership ownership, OffsetAndMetadata? committed)
    {
        if (_topics.Find(ownership.Partition.Topic)?.Partitions.ElementAtOrDefault(ownership.Partition.Partition) is not { } partition)
        {
            return null;
        }

        bool isUsable = committed is { } known && known.Offset >= partition.EarliestOffset && known.Offset <= partition.HighWatermark;
        long offset = isUsable ? committed!.Value.Offset
            : _options.AutoOffsetReset == AutoOffsetReset.Earliest ? partition.EarliestOffset
            : partition.LastStableOffset;
        return new AssignedPartition(ownership, new LogCursor(partition, offset, _queue));
    }

    private void Drop(AssignedPartition[] gone)
    {
        foreach (AssignedPartition partition in gone)
        {
            partition.Cursor.Close();
        }

        _assigned = _assigned.Without(gone);
    }

    /// <summary>Calls the listener, which has no more time than a loop that does not read.</summary>
    private async ValueTask TellAsync(Func<IRebalanceListener, ValueTask> tell)
    {
        if (_options.RebalanceListener is not { } listener)
        {
            return;
        }

        EndReading();
        try
        {
            await tell(listener).ConfigureAwait(false);
        }
        finally
        {
            BeginReading();
        }
    }

    private static TopicPartition[] IdsOf(AssignedPartition[] partitions) => [.. partitions.Select(partition => partition.Id).Order()];
}
