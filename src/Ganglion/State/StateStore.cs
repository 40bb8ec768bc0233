using System.Runtime.InteropServices;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.State;

/// <summary>
/// The state of a partition's instances. The log has all of it; here there is an index of where each instance's newest whole value
/// lies (about 40 bytes for each) and the changes since (8 bytes for each, and about 100 for an instance that has had any), and the
/// state itself of those that were used last.
/// </summary>
/// <param name="log">The partition of the state's topic.</param>
/// <param name="cacheBytes">How many bytes of state are kept; what is not yet committed is kept in any case.</param>
internal sealed class StateStore(PartitionReader log, long cacheBytes) : IAsyncDisposable
{
    private const int EntryBytes = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, long> _values = [];
    private readonly Dictionary<UInt128, ChangeOffsets> _changes = [];
    private readonly Dictionary<string, Entry> _cache = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;

    /// <summary>Reads the log to its end.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        await foreach (ConsumedRecord record in log.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            lock (_lock)
            {
                Index(record.Record, record.Offset);
            }
        }
    }

    /// <summary>The state of an instance, if it is known without reading the log.</summary>
    /// <param name="key">The instance.</param>
    /// <param name="state">The state; <see langword="null"/> if there is none.</param>
    /// <returns>Whether it is known; otherwise <see cref="ReadAsync"/> it.</returns>
    public bool TryGet(string key, out StoredState? state)
    {
        lock (_lock)
        {
            if (_cache.TryGetValue(key, out Entry? entry))
            {
                if (entry.Use is { } use)
                {
                    _byUse.Remove(use);
                    _byUse.AddLast(use);
                }

                state = entry.State;
                return true;
            }

            state = null;
            return (_values.Count == 0 && _changes.Count == 0) || PlaceOf(key) is (null, []);
        }
    }

    /// <summary>Reads the state of an instance from the log.</summary>
    /// <exception cref="StateException">A part of it is gone or malformed.</exception>
    public async ValueTask<StoredState?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        (long? valueAt, long[] changesAt) = PlaceOf(key);
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

    /// <summary>Whether a record is the newest of its instance, and not one that cleared it.</summary>
    public bool IsNewest(in ConsumedRecord record)
    {
        if (record.Record.Key is not { } key || !StateCodec.TryReadKey(key.Span, out ReadOnlySpan<byte> instance, out _))
        {
            return false;
        }

        UInt128 id = Hash128.Of(instance, Hash128.ProcessSeed);
        lock (_lock)
        {
            return _changes.TryGetValue(id, out ChangeOffsets? changes) && changes.Offsets is [.., var newest]
                ? newest == record.Offset
                : _values.TryGetValue(id, out long at) && at == record.Offset;
        }
    }

    /// <summary>What is put in the place of a state that cannot be read, when another one is to take its place.</summary>
    public StoredState Unread(string key) => new(null, [], Version: 0, SlotsOf(key));

    /// <summary>An event is finished that changed an instance's state; its commit is still to come.</summary>
    public void Set(string key, StoredState? state)
    {
        lock (_lock)
        {
            if (!_cache.TryGetValue(key, out Entry? entry))
            {
                entry = new Entry(key);
                _cache.Add(key, entry);
            }

            Release(entry);
            entry.State = state;
            entry.Uncommitted++;
        }
    }

    /// <summary>What an event has changed of an instance's state is on the log.</summary>
    /// <param name="key">The instance.</param>
    /// <param name="records">The records.</param>
    /// <param name="positions">Where they lie, among others.</param>
    /// <param name="first">Which of the positions is that of the first record.</param>
    public void Committed(string key, ReadOnlySpan<ProducerRecord> records, IReadOnlyList<TopicPartitionOffset> positions, int first)
    {
        lock (_lock)
        {
            for (int i = 0; i < records.Length; i++)
            {
                Index(records[i].Record, positions[first + i].Offset);
            }

            // A partition that is lost undoes what is on its way; the commit may succeed all the same.
            if (_cache.TryGetValue(key, out Entry? entry) && entry.Uncommitted > 0)
            {
                entry.Uncommitted--;
                if (entry.Uncommitted == 0)
                {
                    Hold(entry);
                }
            }
        }
    }

    /// <summary>
    /// A change of an instance's state was refused, and all before it are committed; or the partition is gone. The log has what holds.
    /// </summary>
    public void Undo(string key)
    {
        lock (_lock)
        {
            _cache.Remove(key);
        }
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();

    private static UInt128 HashOf(string key) => Hash128.OfUtf8(key, Hash128.ProcessSeed);

    // Called under the lock.
    private void Index(in Record record, long offset)
    {
        if (record.Key is not { } key || !StateCodec.TryReadKey(key.Span, out ReadOnlySpan<byte> instance, out int slot))
        {
            return;
        }

        UInt128 id = Hash128.Of(instance, Hash128.ProcessSeed);
        if (slot >= 0)
        {
            if (record.Value is not null)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(_changes, id, out _) ??= new ChangeOffsets()).Add(slot, offset);
            }
        }
        else if (record.Value is not null)
        {
            _values[id] = offset;
            _changes.GetValueOrDefault(id)?.Offsets.Clear();
        }
        else
        {
            // The tombstones of all slots come with it.
            _values.Remove(id);
            _changes.Remove(id);
        }
    }

    private (long? Value, long[] Changes) PlaceOf(string key)
    {
        UInt128 id = HashOf(key);
        lock (_lock)
        {
            return (_values.TryGetValue(id, out long at) ? at : null, _changes.TryGetValue(id, out ChangeOffsets? changes) ? [.. changes.Offsets] : []);
        }
    }

    private int SlotsOf(string key)
    {
        UInt128 id = HashOf(key);
        lock (_lock)
        {
            return _changes.GetValueOrDefault(id)?.Slots ?? 0;
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
        string place = $"{log.Partition}@{offset}";
        if (found is not { Record: { Key: { } foundKey, Value: not null } record } || !IsOf(foundKey.Span, key))
        {
            throw new StateException("state-missing", $"The state of instance '{key}' should lie at {place}, and does not. {StateException.Remedy}");
        }

        StateRecord read = StateCodec.Read(record, place);
        return isChange == read.Change is not null ? read : throw new StateException(
            "state-record-malformed", $"What lies at {place} is no {(isChange ? "change" : "value")} of the state of instance '{key}': its key and its headers say different things. {StateException.Remedy}");
    }

    private static bool IsOf(ReadOnlySpan<byte> recordKey, string key) =>
        StateCodec.TryReadKey(recordKey, out ReadOnlySpan<byte> instance, out _) && Encoding.UTF8.GetString(instance) == key;

    // From now on the entry may be dropped when there is no room.
    private void Hold(Entry entry)
    {
        if (entry.State is null)
        {
            _cache.Remove(entry.Key);
            return;
        }

        entry.Use = _byUse.AddLast(entry);
        _bytes += entry.Bytes;
        while (_bytes > cacheBytes && _byUse.First is { } oldest)
        {
            Release(oldest.Value);
            _cache.Remove(oldest.Value.Key);
        }
    }

    private void Release(Entry entry)
    {
        if (entry.Use is { } use)
        {
            _byUse.Remove(use);
            _bytes -= entry.Bytes;
            entry.Use = null;
        }
    }

    private sealed class Entry(string key)
    {
        public string Key { get; } = key;

        public StoredState? State { get; set; }

        /// <summary>How many finished changes are still to be committed: so long the log does not have this state.</summary>
        public int Uncommitted { get; set; }

        public LinkedListNode<Entry>? Use { get; set; }

        public int Bytes => (State?.Bytes ?? 0) + (Key.Length * sizeof(char)) + EntryBytes;
    }

    /// <summary>Where the changes lie that came after the newest whole value.</summary>
    private sealed class ChangeOffsets
    {
        public List<long> Offsets { get; } = new(1);

        /// <summary>How many slots may hold a change.</summary>
        public int Slots { get; private set; }

        public void Add(int slot, long offset)
        {
            Offsets.Add(offset);
            Slots = Math.Max(Slots, slot + 1);
        }
    }
}
