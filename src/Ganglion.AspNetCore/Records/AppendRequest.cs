using System.Text;
using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.AspNetCore.Records;

/// <summary>The records that are to be appended, in order.</summary>
internal sealed record AppendRequest(IReadOnlyList<RecordRequest?> Records)
{
    public IReadOnlyList<ProducerRecord> ToRecords(string topic) =>
        [.. Records.Select((record, i) => Given(record, $"$.records[{i}]").ToRecord(topic, $"$.records[{i}]"))];

    /// <summary>The serializer does not look into lists for nulls.</summary>
    public static T Given<T>(T? item, string path)
        where T : class =>
        item ?? throw new ApiException("request-malformed", $"The body is not as expected: {path} must be an object, not null.");
}

/// <summary>A record: key and value as text, or as Base64 where they are none.</summary>
internal sealed record RecordRequest
{
    public string? Key { get; init; }

    public byte[]? KeyBase64 { get; init; }

    public string? Value { get; init; }

    public byte[]? ValueBase64 { get; init; }

    public IReadOnlyList<RecordHeaderRequest?>? Headers { get; init; }

    public int? Partition { get; init; }

    public ProducerRecord ToRecord(string topic, string path)
    {
        RecordHeader[] headers =
        [
            .. (Headers ?? []).Select((header, i) => AppendRequest.Given(header, $"{path}.headers[{i}]").ToHeader($"{path}.headers[{i}]")),
        ];
        var record = new Record(
            Bytes($"{path}.key", Key, KeyBase64), Bytes($"{path}.value", Value, ValueBase64), RecordHeaders.Create(headers));
        return new ProducerRecord(topic, record, Partition);
    }

    public static ReadOnlyMemory<byte>? Bytes(string path, string? text, byte[]? base64) => (text, base64) switch
    {
        (null, null) => default(ReadOnlyMemory<byte>?),
        ({ }, null) => Encoding.UTF8.GetBytes(text),
        (null, { }) => base64,
        _ => throw new ApiException("request-malformed", $"The body has both {path} and {path}Base64: send one of them."),
    };
}

/// <summary>A header: its value as text, or as Base64 where it is none.</summary>
internal sealed record RecordHeaderRequest(string Name)
{
    public string? Value { get; init; }

    public byte[]? ValueBase64 { get; init; }

    public RecordHeader ToHeader(string path) => new(Name, RecordRequest.Bytes($"{path}.value", Value, ValueBase64));
}
