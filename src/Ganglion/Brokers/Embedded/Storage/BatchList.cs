namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>
/// Batches of one partition in memory, ascending by offset: appended at the end, dropped at the front, found by offset. Guards
/// itself with a lock that is held for no longer than a search.
/// </summary>
internal sealed class BatchList
{
    private readonly Lock _lock = new();
    private StoredBatch[] _items = new StoredBatch[16];
    private int _first;
    private int _count;
    private long _bytes;

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The first offset that is here; <see cref="long.MaxValue"/> if nothing is.</summary>
    public long FirstOffset
    {
        get
        {
            lock (_lock)
            {
                return _count == 0 ? long.MaxValue : _items[_first].BaseOffset;
            }
        }
    }

    public void Append(in StoredBatch batch)
    {
        lock (_lock)
        {
            if (_first + _count == _items.Length)
            {
                MakeRoom();
            }

            _items[_first + _count++] = batch;
            _bytes += batch.Bytes.Length;
        }
    }

    /// <summary>Drops batches from the front while a condition holds.</summary>
    /// <param name="condition">Told the batch and how many bytes would be left without it.</param>
    public void DropWhile(Func<StoredBatch, long, bool> condition)
    {
        lock (_lock)
        {
            while (_count > 0 && condition(_items[_first], _bytes - _items[_first].Bytes.Length))
            {
                _bytes -= _items[_first].Bytes.Length;
                _items[_first] = default;
                _first++;
                _count--;
            }
        }
    }

    /// <summary>Collects batches from the one that holds an offset on, until their bytes exceed a limit.</summary>
    /// <returns>False if the offset lies before the first batch, or there is none.</returns>
    public bool TryRead(long offset, int maxBytes, List<StoredBatch> batches)
    {
        lock (_lock)
        {
            if (_count == 0 || offset < _items[_first].BaseOffset)
            {
                return false;
            }

            Collect(offset, maxBytes, batches);
            return true;
        }
    }

    /// <summary>Collects batches as <see cref="TryRead"/> does; where the offset is not here, from the next one there is.</summary>
    public void Read(long offset, int maxBytes, List<StoredBatch> batches)
    {
        lock (_lock)
        {
            Collect(offset, maxBytes, batches);
        }
    }

    /// <summary>All batches as they are now.</summary>
    public StoredBatch[] Snapshot()
    {
        lock (_lock)
        {
            return _items.AsSpan(_first, _count).ToArray();
        }
    }

    /// <summary>Puts other batches in the place of the first ones, for a compaction; what was appended meanwhile stays.</summary>
    /// <param name="throughOffset">Batches that end at or before this offset are replaced.</param>
    /// <param name="replacement">What takes their place.</param>
    public void ReplaceThrough(long throughOffset, IReadOnlyList<StoredBatch> replacement)
    {
        lock (_lock)
        {
            StoredBatch[] kept = [.. replacement, .. _items.AsSpan(_first, _count).ToArray().Where(batch => batch.LastOffset > throughOffset)];
            _items = kept.Length == 0 ? new StoredBatch[16] : kept;
            _first = 0;
            _count = kept.Length;
            _bytes = kept.Sum(batch => (long)batch.Bytes.Length);
        }
    }

    private void Collect(long offset, int maxBytes, List<StoredBatch> batches)
    {
        int bytes = 0;
        for (int index = IndexOf(offset); index < _first + _count; index++)
        {
            bytes += _items[index].Bytes.Length;
            if (bytes > maxBytes && batches.Count > 0)
            {
                break;
            }

            batches.Add(_items[index]);
        }
    }

    /// <summary>The batch that holds an offset, or the first one behind it.</summary>
    private int IndexOf(long offset)
    {
        int low = _first;
        int high = _first + _count;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (_items[middle].LastOffset < offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void MakeRoom()
    {
        StoredBatch[] target = _count > _items.Length / 2 ? new StoredBatch[_items.Length * 2] : _items;
        Array.Copy(_items, _first, target, 0, _count);
        if (ReferenceEquals(target, _items))
        {
            Array.Clear(_items, _count, _items.Length - _count);
        }

        _items = target;
        _first = 0;
    }
}
