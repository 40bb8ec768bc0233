using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.State;

/// <summary>
/// The state of a partition's instances. The log has all of it; here there is an index of where each instance's newest state
/// lies (about 40 bytes for each), and the state itself of those that were used last.
/// </summary>
/// <param name="log">The partition of the state's topic.</param>
/// <param name="cacheBytes">How many bytes of state are kept; what is not yet committed is kept in any case.</param>
internal sealed class StateStore(PartitionLog log, long cacheBytes) : IAsyncDisposable
{
    private const int EntryBytes = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, long> _offsets = [];
    private readonly Dictionary<string, Entry> _cache = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;

    /// <summary>Reads the log to its end.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        await foreach (ConsumedRecord record in log.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (record.Record.Key is { } key)
            {
                SetOffset(Hash128.Of(key.Span, Hash128.ProcessSeed), record.Record.Value is null ? null : record.Offset);
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
            return _offsets.Count == 0 || !_offsets.ContainsKey(HashOf(key));
        }
    }

    /// <summary>Reads the state of an instance from the log.</summary>
    public async ValueTask<StoredState?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        long offset;
        lock (_lock)
        {
            if (!_offsets.TryGetValue(HashOf(key), out offset))
            {
                return null;
            }
        }

        ConsumedRecord? found = await log.ReadAsync(offset, cancellationToken).ConfigureAwait(false);
        if (found is not { Record: { Key: { } foundKey, Value: { } data } } || Encoding.UTF8.GetString(foundKey.Span) != key)
        {
            throw new StorageException(
                "state-missing", $"The state of instance '{key}' should lie at {log.Partition}@{offset}, and does not. Restore the topic from a backup, or reset the instance.");
        }

        // A copy: what was read is a part of a batch, and would keep all of it in memory.
        var state = new StoredState(data.ToArray(), ContentTypeOf(found.Value.Record.Headers));
        lock (_lock)
        {
            if (!_cache.ContainsKey(key))
            {
                var entry = new Entry(key) { State = state };
                _cache.Add(key, entry);
                Hold(entry);
            }
        }

        return state;
    }

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

    /// <summary>A change of an instance's state is on the log.</summary>
    /// <param name="key">The instance.</param>
    /// <param name="offset">Where its state lies; <see langword="null"/>: it was cleared.</param>
    public void Committed(string key, long? offset)
    {
        lock (_lock)
        {
            SetOffset(HashOf(key), offset);

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

    private static string? ContentTypeOf(RecordHeaders headers) =>
        headers.TryGet("content-type"u8, out ReadOnlyMemory<byte> contentType) ? Encoding.UTF8.GetString(contentType.Span) : null;

    private void SetOffset(UInt128 key, long? offset)
    {
        if (offset is { } at)
        {
            _offsets[key] = at;
        }
        else
        {
            _offsets.Remove(key);
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

        public int Bytes => (State?.Data.Length ?? 0) + (Key.Length * sizeof(char)) + EntryBytes;
    }
}
