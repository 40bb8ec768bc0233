using System.Text;
using System.Text.Json.Serialization;

namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>A record as a client of another language writes and reads it.</summary>
public sealed record ForeignRecord
{
    public byte[]? Key { get; init; }

    public byte[]? Value { get; init; }

    public IReadOnlyList<ForeignHeader> Headers { get; init; } = [];

    /// <summary>Where to write it to, or where it was read; <see langword="null"/>: where the client's partitioner puts it.</summary>
    public int? Partition { get; init; }

    /// <summary>Where it was read.</summary>
    public long? Offset { get; init; }

    /// <summary>In milliseconds since 1970; <see langword="null"/>: now.</summary>
    public long? Timestamp { get; init; }

    public static ForeignRecord Of(string? key, string? value, params (string Name, string? Value)[] headers) => new()
    {
        Key = Bytes(key),
        Value = Bytes(value),
        Headers = [.. headers.Select(header => new ForeignHeader(header.Name, Bytes(header.Value)))],
    };

    /// <summary>The value as text.</summary>
    [JsonIgnore]
    public string? Text => Value is null ? null : Encoding.UTF8.GetString(Value);

    /// <summary>The last header of a name, as text.</summary>
    public string? Header(string name) =>
        Headers.LastOrDefault(header => header.Name == name) is { Value: { } value } ? Encoding.UTF8.GetString(value) : null;

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
