namespace Ganglion.Events;

/// <summary>Data ready to be put into an event.</summary>
/// <param name="Bytes">What becomes <see cref="CloudEvent.Data"/>.</param>
/// <param name="ContentType">What becomes <see cref="CloudEvent.DataContentType"/>.</param>
/// <param name="Schema">What becomes <see cref="CloudEvent.DataSchema"/>: a URI. Default: none.</param>
public readonly record struct EventData(ReadOnlyMemory<byte> Bytes, string ContentType, string? Schema = null);
