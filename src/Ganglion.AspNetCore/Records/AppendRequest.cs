using System.Text;
using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.AspNetCore.Records;

/// <summary>The records that are to be appended, in order.</summary>
internal sealed record AppendRequest(IReadOnlyList<RecordRequest?> Records)
{
    public IReadOnlyList<ProducerRecord> ToRecords(string topic) =>
        [.. Records.Select(record => Given(record, "record").ToRecord(topic))];

    /// <summary>The serializer does not look into lists for nulls.</summary>
    public static T Given<T>(T? item, string name)
        where T : class =>
        item ?? throw new ApiException("request-malformed", $"A {name} is null where an object is expected.");
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

    public ProducerRecord ToRecord(string topic)
    {
        RecordHeader[] headers = [.. (Headers ?? []).Select(header => AppendRequest.Given(header, "header").ToHeader())];
        var record = new Record(Bytes("key", Key, KeyBase64), Bytes("value", Value, ValueBase64), RecordHeaders.Create(headers));
        return new ProducerRecord(topic, record, Partition);
    }

    public static ReadOnlyMemory<byte>? Bytes(string name, string? text, byte[]? base64) => (text, base64) switch
    {
        (null, null) => default(ReadOnlyMemory<byte>?),
        ({ }, null) => Encoding.UTF8.GetBytes(text),
        (null, { }) => base64,
        _ => throw new ApiException("request-malformed", $"A record has both '{name}' and '{name}Base64': send one of them."),
    };
}

/// <summary>A header: its value as text, or as Base64 where it is none.</summary>
internal sealed record RecordHeaderRequest(string Name)
{
    public string? Value { get; init; }

    public byte[]? ValueBase64 { get; init; }

    public RecordHeader ToHeader() => new(Name, RecordRequest.Bytes("value", Value, ValueBase64));
}
