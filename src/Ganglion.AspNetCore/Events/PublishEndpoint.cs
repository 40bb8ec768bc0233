using System.Text;
using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;
using Ganglion.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

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
            ? events.Select(cloudEvent => EventCodec.Encode(cloudEvent, key, request.Trace))
            : [new Record(key, body, BareHeaders(request))];
        await request.AppendAsync([.. records.Select(record => new ProducerRecord(request.Topic, record))]).ConfigureAwait(false);
    }

    // Joined, as headers are that may be repeated, two ids would make a third one.
    private static IEnumerable<KeyValuePair<string, string>> HeadersOf(HttpRequest request) =>
        request.Headers.Select(header => header.Value.Count > 1 && IsOfEvent(header.Key)
            ? throw new EventFormatException(header.Key, $"The event has '{header.Key}' {header.Value.Count} times: send it once.")
            : KeyValuePair.Create(header.Key, header.Value.ToString()));

    private static bool IsOfEvent(string header) =>
        header.StartsWith("ce-", StringComparison.OrdinalIgnoreCase)
        || header.Equals(HeaderNames.ContentType, StringComparison.OrdinalIgnoreCase);

    private static RecordHeaders BareHeaders(ApiRequest request)
    {
        var headers = new List<RecordHeader>();
        string? contentType = request.Http.Request.ContentType;
        Add("content-type", IsUntold(contentType) ? null : contentType);
        Add("traceparent", request.Trace.TraceParent);
        Add("tracestate", request.Trace.TraceState);
        return RecordHeaders.Create([.. headers]);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                headers.Add(new RecordHeader(name, value));
            }
        }
    }

    // What command-line clients say when they were told nothing.
    private static bool IsUntold(string? contentType) =>
        contentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) is true;
}
