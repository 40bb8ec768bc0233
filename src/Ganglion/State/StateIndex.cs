using System.Runtime.InteropServices;
using Ganglion.Events;

namespace Ganglion.State;

/// <summary>
/// Where the states of a partition's instances lie on the log, by a hash of each one's key: the newest whole value (about 40 bytes for each
/// instance) and the changes since (8 bytes for each, and about 100 for an instance that has had any). Whoever has it guards it by a lock.
/// </summary>
internal sealed class StateIndex
{
    private readonly Dictionary<UInt128, long> _values = [];
    private readonly Dictionary<UInt128, ChangeOffsets> _changes = [];

    public bool IsEmpty => _values.Count == 0 && _changes.Count == 0;

    /// <summary>A record of the log, newer than all before.</summary>
    public void Add(in Record record, long offset)
    {
        if (record.Key is not { } key || !StateCodec.TryReadKey(key.Span, out ReadOnlySpan<byte> instance, out int slot))
        {
            return;
        }

        UInt128 id = HashOf(instance);
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

    /// <summary>Where the whole value of an instance's state lies, if there is one, and the changes that came after it.</summary>
    public (long? Value, long[] Changes) Find(string key)
    {
        UInt128 id = HashOf(key);
        return (_values.TryGetValue(id, out long at) ? at : null, _changes.TryGetValue(id, out ChangeOffsets? changes) ? [.. changes.Offsets] : []);
    }

    /// <summary>How many slots of an instance may hold a change.</summary>
    public int SlotsOf(string key) => _changes.GetValueOrDefault(HashOf(key))?.Slots ?? 0;

    /// <summary>Whether a record is the newest of its instance, and not one that cleared it.</summary>
    public bool IsNewest(in Record record, long offset)
    {
        if (record.Key is not { } key || !StateCodec.TryReadKey(key.Span, out ReadOnlySpan<byte> instance, out _))
        {
            return false;
        }

        UInt128 id = HashOf(instance);
        return _changes.TryGetValue(id, out ChangeOffsets? changes) && changes.Offsets is [.., var newest]
            ? newest == offset
            : _values.TryGetValue(id, out long at) && at == offset;
    }

    private static UInt128 HashOf(string key) => Hash128.OfUtf8(key, Hash128.ProcessSeed);

    private static UInt128 HashOf(ReadOnlySpan<byte> keyUtf8) => Hash128.Of(keyUtf8, Hash128.ProcessSeed);

    /// <summary>Where the changes lie that came after the newest whole value.</summary>
    private sealed class ChangeOffsets
    {
        private int _highest = -1;
        private int _records;

        public List<long> Offsets { get; } = new(1);

        /// <summary>
        /// See <see cref="SlotsOf"/>. A whole value empties none of them: what comes after it overwrites them. Each was written, so there are no more
        /// of them than records, whatever number somebody else has written into a key.
        /// </summary>
        public int Slots => Math.Min(_highest, _records - 1) + 1;

        public void Add(int slot, long offset)
        {
            Offsets.Add(offset);
            _highest = Math.Max(_highest, slot);
            _records++;
        }
    }
}
