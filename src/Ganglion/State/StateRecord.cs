namespace Ganglion.State;

/// <summary>A record of the state's topic: a whole value, a change, or neither, which clears the state.</summary>
/// <param name="Version">See <see cref="StoredState.Version"/>.</param>
/// <param name="HasVersion">Whether the record tells it; those from before there were versions count as the first.</param>
/// <param name="Value">The value, if it is one.</param>
/// <param name="Change">The change, if it is one.</param>
/// <param name="IsSnapshot">Whether the value is what the changes before it have made.</param>
internal readonly record struct StateRecord(long Version, bool HasVersion, StoredValue? Value, StoredChange? Change, bool IsSnapshot)
{
    /// <summary>How many changes are gone between the one that made a version, or 0, and this record.</summary>
    public long MissingBehind(long version) => HasVersion ? Math.Max(0, Version - version - (IsSnapshot ? 0 : 1)) : 0;
}
