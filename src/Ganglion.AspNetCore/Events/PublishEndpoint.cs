using System.Text;
using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.AspNetCore.Events;

/// <summary>
/// Publishes what is posted: CloudEvents in the three modes of their HTTP binding, and anything else as a bare record.
/// </summary>
internal static class PublishEndpoint
{
    public static async Task PublishAsync(ApiRequest request)
    {
        ReadOnlyMemory<byte> body = await request.ReadBodyAsync().ConfigureAwait(false);
        ReadOnlyMemory<byte>? key = request.Query("key") is { } text ? Encoding.UTF8.GetBytes(text) : null;
        await request.AppendAsync([.. RecordsOf(request, body, key).Select(record => new ProducerRecord(request.Topic, record))]).ConfigureAwait(false);
    }

    private static IEnumerable<Record> RecordsOf(ApiRequest request, ReadOnlyMemory<byte> body, ReadOnlyMemory<byte>? key)
    {
        if (request.Http.Request.ContentType?.StartsWith("application/cloudevents+json", StringComparison.OrdinalIgnoreCase) is true)
        {
            return [EventCodec.Encode(EventJson.Read(body), key)];
        }

        return [new Record(key, body)];
    }
}
