namespace Ganglion.Hosting;

/// <summary>What has become of the states that were imported so far.</summary>
/// <param name="Imported">How many instances remember theirs now.</param>
/// <param name="Unchanged">How many instances had the same state already.</param>
/// <param name="Refused">The keys of the instances that remember something else, which was not to be overwritten.</param>
public sealed record AgentStateImport(long Imported, long Unchanged, IReadOnlyList<string> Refused);
