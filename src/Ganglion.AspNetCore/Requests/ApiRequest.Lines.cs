using System.Text.Json;
using Ganglion.AspNetCore.Problems;
using Ganglion.AspNetCore.Records;

namespace Ganglion.AspNetCore.Requests;

internal sealed partial class ApiRequest
{
    // What is sent to the network at a time.
    private const int FlushBytes = 64 * 1024;

    /// <summary>
    /// Writes JSON, one item a line, as the items come. Once the first line is out there is no other way to tell what went wrong behind it than a line
    /// of its own, with a <c>problem</c>.
    /// </summary>
    /// <param name="items">The items.</param>
    /// <param name="write">Writes one.</param>
    /// <param name="isUrgent">Whether an item, and those before it, are sent at once. Default: none is.</param>
    public async Task WriteLinesAsync<T>(IAsyncEnumerable<T> items, Action<Utf8JsonWriter, T> write, Func<T, bool>? isUrgent = null)
    {
        using var buffer = new MemoryStream();
        using var writer = new Utf8JsonWriter(buffer, RecordJson.WriterOptions);
        Http.Response.ContentType = "application/jsonl";
        try
        {
            await foreach (T item in items.WithCancellation(Aborted).ConfigureAwait(false))
            {
                write(writer, item);
                await EndLineAsync(isUrgent?.Invoke(item) == true ? 0 : FlushBytes).ConfigureAwait(false);
            }
        }
        catch (GanglionException exception) when (Http.Response.HasStarted || buffer.Length > 0)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("problem"u8);
            JsonSerializer.Serialize(writer, Problem.Of(exception), ApiJson.Wire.Problem);
            writer.WriteEndObject();
            await EndLineAsync(0).ConfigureAwait(false);
        }

        await SendAsync().ConfigureAwait(false);

        async Task EndLineAsync(int flushAbove)
        {
            writer.Flush();
            writer.Reset();
            buffer.WriteByte((byte)'\n');
            if (buffer.Length > flushAbove)
            {
                await SendAsync().ConfigureAwait(false);
            }
        }

        async Task SendAsync()
        {
            await Http.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), Aborted).ConfigureAwait(false);
            buffer.SetLength(0);
        }
    }
}
