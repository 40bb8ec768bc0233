using Ganglion.State;

namespace Ganglion.Agents;

/// <summary>What a handler has done with its instance's state: set it, or changed it, or, if neither, cleared it.</summary>
internal readonly record struct StateWrite(StoredValue? Value, StoredChange? Change);
