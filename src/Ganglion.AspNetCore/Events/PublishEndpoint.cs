using System.Text;
using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;
using Ganglion.Events;
using Microsoft.AspNetCore.Http;

namespace Ganglion.AspNetCore.Events;

/// <summary>
/// Publishes what is posted: CloudEvents in the three modes of their HTTP binding, and anything else as a bare record. A batch is
/// published whole or not at all.
/// </summary>
internal static class PublishEndpoint
{
    public static async Task PublishAsync(ApiRequest request)
    {
        ReadOnlyMemory<byte> body = await request.ReadBodyAsync().ConfigureAwait(false);
        ReadOnlyMemory<byte>? key = request.Query("key") is { } text ? Encoding.UTF8.GetBytes(text) : default(ReadOnlyMemory<byte>?);
        IEnumerable<Record> records = HttpEvents.TryRead(HeadersOf(request.Http.Request), body, out IReadOnlyList<CloudEvent>? events)
            ? events.Select(cloudEvent => EventCodec.Encode(cloudEvent, key))
            : [BareRecord(request.Http.Request, body, key)];
        await request.AppendAsync([.. records.Select(record => new ProducerRecord(request.Topic, record))]).ConfigureAwait(false);
    }

    private static IEnumerable<KeyValuePair<string, string>> HeadersOf(HttpRequest request) =>
        request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()));

    // "application/x-www-form-urlencoded" is what command-line clients say when they were told nothing: it means nothing.
    private static Record BareRecord(HttpRequest request, ReadOnlyMemory<byte> body, ReadOnlyMemory<byte>? key) =>
        request.ContentType is { Length: > 0 } type && !request.HasFormContentType
            ? new Record(key, body, RecordHeaders.Create(new RecordHeader("content-type", type)))
            : new Record(key, body);
}
