using Ganglion.Brokers;

namespace Ganglion.State;

/// <summary>
/// The state of a partition's instances. The log has all of it; here there is an index of where it lies, and the state itself of those that
/// were used last.
/// </summary>
/// <param name="log">The partition of the state's topic.</param>
/// <param name="cacheBytes">How many bytes of state are kept; what is not yet committed is kept in any case.</param>
internal sealed partial class StateStore(PartitionReader log, long cacheBytes) : IAsyncDisposable
{
    private const int EntryBytes = 200;

    private readonly Lock _lock = new();
    private readonly StateIndex _index = new();
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
                _index.Add(record.Record, record.Offset);
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
            return _index.IsEmpty || _index.Find(key) is (null, []);
        }
    }

    /// <summary>Whether a record is the newest of its instance, and not one that cleared it.</summary>
    public bool IsNewest(in ConsumedRecord record)
    {
        lock (_lock)
        {
            return _index.IsNewest(record.Record, record.Offset);
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
                _index.Add(records[i].Record, positions[first + i].Offset);
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

    private int SlotsOf(string key)
    {
        lock (_lock)
        {
            return _index.SlotsOf(key);
        }
    }

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
}
