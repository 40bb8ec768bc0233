using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.State;

namespace Ganglion.Journal;

/// <summary>The events of a partition that were put aside, as the log has them. In which order they go on is for <see cref="HeldInstances"/>.</summary>
/// <param name="log">The partition of the journal's topic.</param>
/// <param name="held">Told what was put aside before.</param>
internal sealed class DeferredEvents(PartitionReader log, HeldInstances held)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, string> _restored = [];

    /// <summary>Removes what was put aside from the log, whatever has become of it.</summary>
    public ProducerRecord TombstoneOf(DeferredEvent deferred) => new(log.Partition.Topic, deferred.ToTombstone(), log.Partition.Partition);

    /// <summary>What was put aside is on the log.</summary>
    public void Committed(DeferredEvent deferred, long offset)
    {
        lock (_lock)
        {
            deferred.Offset = offset;
            deferred.Record = null;
        }
    }

    /// <summary>Reads an event that was put aside, as it was.</summary>
    public async ValueTask<Record> ReadAsync(DeferredEvent deferred, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (deferred.Record is { } known)
            {
                return DeferredEvent.ToEvent(known);
            }
        }

        ConsumedRecord found = await log.ReadAsync(deferred.Offset, cancellationToken).ConfigureAwait(false)
            ?? throw new JournalException(
                "journal-missing", $"An event that was put aside for instance '{deferred.Key}' should lie at {log.Partition}@{deferred.Offset}, and does not. Restore the topic from a backup.");
        return DeferredEvent.ToEvent(found.Record);
    }

    /// <summary>A record of the log; they come in their order, before anything else is asked.</summary>
    /// <returns>Whether it is one of an event that was put aside.</returns>
    public bool Restore(in Record record, long offset)
    {
        if (!DeferredEvent.TryReadKey(record.Key.GetValueOrDefault().Span, out UInt128 instance, out long number))
        {
            return false;
        }

        if (record.Value is not null)
        {
            string key = DeferredEvent.InstanceOf(record);
            _restored[instance] = key;
            held.Restore(new DeferredEvent(key, number) { Offset = offset });
        }
        else if (_restored.TryGetValue(instance, out string? key))
        {
            held.RestoreFinished(key, number);
        }

        return true;
    }
}
