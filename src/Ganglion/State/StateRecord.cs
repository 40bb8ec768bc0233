namespace Ganglion.State;

/// <summary>A record of the state's topic: a whole value, a change, or neither, which clears the state.</summary>
/// <param name="Version">See <see cref="StoredState.Version"/>.</param>
/// <param name="Value">The value, if it is one.</param>
/// <param name="Change">The change, if it is one.</param>
/// <param name="IsSnapshot">Whether the value is what the changes before it have made.</param>
internal readonly record struct StateRecord(long Version, StoredValue? Value, StoredChange? Change, bool IsSnapshot);
