namespace Ganglion.State;

/// <summary>A state as a whole, as it lies on the log.</summary>
/// <param name="Data">The bytes.</param>
/// <param name="ContentType">What they are, with the version of the type.</param>
internal sealed record StoredValue(ReadOnlyMemory<byte> Data, string? ContentType);
