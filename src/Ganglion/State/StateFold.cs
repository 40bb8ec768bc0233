using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.State;

/// <summary>The state of an instance, record by record of its log.</summary>
internal sealed class StateFold
{
    private long _version;

    /// <summary>The state; <see langword="null"/>: none.</summary>
    public StoredState? State { get; private set; }

    /// <summary>Whether the state cannot be told, because something before its changes is gone.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>The newest record that it consists of.</summary>
    public ConsumedRecord Newest { get; private set; }

    /// <summary>How many changes are gone between what there is so far and a record that follows.</summary>
    public long MissingBefore(in StateRecord next) => next.MissingBehind(_version);

    /// <summary>Takes the next record of the instance.</summary>
    public void Add(in StateRecord next, in ConsumedRecord record)
    {
        Newest = record;
        IsIncomplete = next.Change is not null && (IsIncomplete || MissingBefore(next) > 0);
        State = next switch
        {
            { Value: { } value } => new StoredState(value, [], next.Version, Slots: 0),
            { Change: { } change } => StoredState.Change(State, change) with { Version = next.Version },
            _ => null,
        };
        _version = State?.Version ?? 0;
    }

    /// <summary>Whose record it is, if it is one that counts: tombstones of slots come with the record that clears the state.</summary>
    public static bool IsOf(in Record record, ReadOnlySpan<byte> instance) =>
        record.Key is { } key && StateCodec.TryReadKey(key.Span, out ReadOnlySpan<byte> found, out int slot)
        && found.SequenceEqual(instance) && (slot < 0 || record.Value is not null);
}
