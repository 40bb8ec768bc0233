namespace Ganglion.AspNetCore.States;

/// <summary>What has become of states that were imported.</summary>
internal sealed record ImportResult(long Imported, long Unchanged, IReadOnlyList<string> Refused);
