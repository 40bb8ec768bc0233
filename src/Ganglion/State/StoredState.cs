namespace Ganglion.State;

/// <summary>What an instance remembers, as it lies on the log.</summary>
/// <param name="Data">The bytes.</param>
/// <param name="ContentType">What they are, with the version of the type.</param>
internal sealed record StoredState(ReadOnlyMemory<byte> Data, string? ContentType);
