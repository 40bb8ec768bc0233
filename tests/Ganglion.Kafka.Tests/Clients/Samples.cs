using System.Text;
using Ganglion.Kafka.Tests.Foreign;

namespace Ganglion.Kafka.Tests.Clients;

/// <summary>Records that every client can write: of text, as kcat reads and writes it.</summary>
internal static class Samples
{
    // Long enough for a batch to become shorter by compression; else some clients leave it as it is.
    private static readonly string LongText = string.Concat(Enumerable.Repeat("Grüße. ", 100));

    /// <summary>Records that tell who has written them: with headers, without a value, without a key.</summary>
    public static ForeignRecord[] Of(string writer) =>
    [
        ForeignRecord.Of($"key of {writer}", $$"""{"writer":"{{writer}}","text":"{{LongText}}"}""", ("content-type", "application/json"), ("note", "ü")),
        ForeignRecord.Of($"key of {writer}", null),
        ForeignRecord.Of(null, writer),
    ];

    /// <summary>What there is of a record but its place and its time.</summary>
    public static string Show(ForeignRecord record) => Show(
        record.Key, record.Value, record.Headers.Select(header => (header.Name, header.Value)));

    /// <inheritdoc cref="Show(ForeignRecord)"/>
    public static string Show(Record record) => Show(
        record.Key?.ToArray(), record.Value?.ToArray(), record.Headers.Select(header => (header.Name, header.Value?.ToArray())));

    private static string Show(byte[]? key, byte[]? value, IEnumerable<(string Name, byte[]? Value)> headers) =>
        $"{Text(key)}: {Text(value)} {string.Join(", ", headers.Select(header => $"{header.Name}={Text(header.Value)}"))}";

    private static string Text(byte[]? bytes) => bytes is null ? "null" : $"'{Encoding.UTF8.GetString(bytes)}'";
}
