namespace Ganglion.State;

/// <summary>What an instance remembers, as it lies on the log: a whole value, and what has changed since.</summary>
/// <param name="Value">The newest whole value; <see langword="null"/>: it began with changes.</param>
/// <param name="Changes">The changes since, in their order. Each lies in the slot of its index.</param>
/// <param name="Version">How many times the state was changed or set since it began, this included.</param>
/// <param name="Slots">How many slots may hold a change, of this value or of earlier ones.</param>
internal sealed record StoredState(StoredValue? Value, IReadOnlyList<StoredChange> Changes, long Version, int Slots)
{
    // A small state is read again as fast with these many bytes of changes behind it.
    private const int LeastBytes = 4 * 1024;

    /// <summary>How many bytes it takes in memory.</summary>
    public int Bytes => (Value?.Data.Length ?? 0) + ChangeBytes;

    /// <summary>
    /// Whether a snapshot is worth its bytes: when the changes since take more than the value before them. So the snapshots of a state
    /// that grows take no more than its changes, and to read it back takes a constant factor of its size.
    /// </summary>
    public bool IsDueForSnapshot => ChangeBytes > Math.Max(LeastBytes, Value?.Data.Length ?? 0);

    private int ChangeBytes { get; init; } = Changes.Sum(change => change.Bytes);

    /// <summary>The state after it was set as a whole.</summary>
    public static StoredState Set(StoredState? before, StoredValue value) =>
        new(value, [], (before?.Version ?? 0) + 1, before?.Slots ?? 0);

    /// <summary>The state after a change.</summary>
    public static StoredState Change(StoredState? before, StoredChange change)
    {
        if (before is null)
        {
            return new StoredState(null, [change], Version: 1, Slots: 1);
        }

        return before with
        {
            Changes = [.. before.Changes, change],
            Version = before.Version + 1,
            Slots = Math.Max(before.Slots, before.Changes.Count + 1),
            ChangeBytes = before.ChangeBytes + change.Bytes,
        };
    }

    /// <summary>The state as it was at an earlier version, if nothing but changes has come since; <see langword="null"/> otherwise.</summary>
    /// <param name="version">The version, 1 or more.</param>
    public StoredState? At(long version)
    {
        long since = Version - version;
        return since == 0 ? this
            : since < 0 || since > Changes.Count || (since == Changes.Count && Value is null) ? null
            : new StoredState(Value, [.. Changes.Take(Changes.Count - (int)since)], version, Slots);
    }

    /// <summary>The changes that lead here from an earlier state.</summary>
    /// <returns>They; <see langword="null"/> if more has come in between than changes.</returns>
    public IReadOnlyList<StoredChange>? ChangesSince(StoredState before) =>
        IsSame(Value, before.Value) && Changes.Count >= before.Changes.Count && Changes.Zip(before.Changes).All(pair => IsSame(pair.First, pair.Second))
            ? [.. Changes.Skip(before.Changes.Count)]
            : null;

    /// <summary>The same state with a whole value of all that has changed.</summary>
    public StoredState WithSnapshot(StoredValue value) => this with { Value = value, Changes = [], ChangeBytes = 0 };

    private static bool IsSame(StoredValue? one, StoredValue? other) => ReferenceEquals(one, other)
        || (one is not null && other is not null && one.ContentType == other.ContentType && one.Data.Span.SequenceEqual(other.Data.Span));

    private static bool IsSame(StoredChange one, StoredChange other) => ReferenceEquals(one, other)
        || (one.Name == other.Name && one.ContentType == other.ContentType && one.Data.Span.SequenceEqual(other.Data.Span));
}
