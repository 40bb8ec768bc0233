using System.Text;
using Ganglion.Brokers;

namespace Ganglion.State;

// A state is put together from what lies on the log: a whole value, and the changes since.
internal sealed partial class StateStore
{
    /// <summary>Reads the state of an instance from the log.</summary>
    /// <exception cref="StateException">A part of it is gone or malformed.</exception>
    public async ValueTask<StoredState?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        (long? valueAt, long[] changesAt) = Find(key);
        StoredState? state = null;
        if (valueAt is { } at)
        {
            StateRecord found = await ReadPartAsync(key, at, isChange: false, cancellationToken).ConfigureAwait(false);
            state = new StoredState(found.Value, [], found.Version, SlotsOf(key));
        }

        if (changesAt.Length > 0)
        {
            state = await ReadChangesAsync(key, state, changesAt, cancellationToken).ConfigureAwait(false);
        }

        lock (_lock)
        {
            if (state is not null && !_cache.ContainsKey(key))
            {
                var entry = new Entry(key) { State = state };
                _cache.Add(key, entry);
                Hold(entry);
            }
        }

        return state;
    }

    private (long? Value, long[] Changes) Find(string key)
    {
        lock (_lock)
        {
            return _index.Find(key);
        }
    }

    private async ValueTask<StoredState> ReadChangesAsync(string key, StoredState? state, long[] changesAt, CancellationToken cancellationToken)
    {
        var changes = new List<StoredChange>(changesAt.Length);
        long version = state?.Version ?? 0;
        foreach (long offset in changesAt)
        {
            StateRecord found = await ReadPartAsync(key, offset, isChange: true, cancellationToken).ConfigureAwait(false);
            if (found.Version != version + 1)
            {
                throw new StateException(
                    "state-incomplete",
                    $"The state of instance '{key}' is at version {version}, and the next of its changes, at {log.Partition}@{offset}, makes version {found.Version}: what lies between is gone. {StateException.Remedy}");
            }

            version = found.Version;
            changes.Add(found.Change!);
        }

        return new StoredState(state?.Value, changes, version, SlotsOf(key));
    }

    private async ValueTask<StateRecord> ReadPartAsync(string key, long offset, bool isChange, CancellationToken cancellationToken)
    {
        ConsumedRecord? found = await log.ReadAsync(offset, cancellationToken).ConfigureAwait(false);
        string position = $"{log.Partition}@{offset}";
        if (found is not { Record: { Key: { } foundKey, Value: not null } record } || !IsOf(foundKey.Span, key))
        {
            throw new StateException("state-missing", $"The state of instance '{key}' should lie at {position}, and does not. {StateException.Remedy}");
        }

        StateRecord read = StateCodec.Read(record, position);
        return isChange == read.Change is not null ? read : throw new StateException(
            "state-record-malformed", $"What lies at {position} is no {(isChange ? "change" : "value")} of the state of instance '{key}': its key and its headers say different things. {StateException.Remedy}");
    }

    private static bool IsOf(ReadOnlySpan<byte> recordKey, string key) =>
        StateCodec.TryReadKey(recordKey, out ReadOnlySpan<byte> instance, out _) && Encoding.UTF8.GetString(instance) == key;
}
