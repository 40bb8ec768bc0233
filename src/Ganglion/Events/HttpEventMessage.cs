namespace Ganglion.Events;

/// <summary>What an HTTP request or response has to hold to carry events.</summary>
/// <param name="Headers">The headers, <c>content-type</c> among them if there is a body.</param>
/// <param name="Body">The body; may be empty.</param>
public sealed record HttpEventMessage(IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body);
