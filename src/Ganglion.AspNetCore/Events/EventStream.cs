using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ganglion.AspNetCore.Problems;
using Ganglion.AspNetCore.Records;
using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ganglion.AspNetCore.Events;

/// <summary>Writes server-sent events, as the HTML standard says, section 9.2.</summary>
internal sealed class EventStream : IDisposable
{
    public const string MediaType = "text/event-stream";

    /// <summary>Of what a client has not taken yet, about so much is written and no more.</summary>
    private const int MaxUnflushedBytes = 64 * 1024;

    private readonly ApiRequest _request;
    private readonly CancellationToken _ending;
    private readonly PipeWriter _output;
    private readonly ArrayBufferWriter<byte> _json = new(1024);
    private readonly Utf8JsonWriter _jsonWriter;
    private int _unflushed;

    private EventStream(ApiRequest request, CancellationToken ending)
    {
        _request = request;
        _ending = ending;
        _output = request.Http.Response.BodyWriter;
        _jsonWriter = new Utf8JsonWriter(_json, RecordJson.WriterOptions);
    }

    /// <summary>Begins the answer. Whatever is refused has to be refused before.</summary>
    /// <param name="request">What is answered.</param>
    /// <param name="ending">Ends the stream, also while its client is too slow to take what was written.</param>
    public static EventStream Open(ApiRequest request, CancellationToken ending)
    {
        WriteHeaders(request.Http.Response);
        request.Http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        return new EventStream(request, ending);
    }

    /// <summary>All of the answer that is no stream.</summary>
    public static void WriteHeaders(HttpResponse response)
    {
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <summary>Tells where the stream is without telling an event, so that a client which loses it now goes on here.</summary>
    public void WritePosition(string id) => WriteText($"id: {id}\n\n");

    /// <summary>
    /// Writes a record, and waits for a client that is behind: what is read is shared with others, what is written is kept for this
    /// client alone, and there may be thousands that do not read.
    /// </summary>
    public ValueTask WriteRecordAsync(string? id, TopicPartition partition, in ConsumedRecord record)
    {
        RecordJson.Write(_jsonWriter, partition, record);
        WriteMessage(name: null, id);
        return _unflushed < MaxUnflushedBytes ? default : FlushAsync();
    }

    /// <summary>Tells that something went wrong after the answer had begun.</summary>
    public void WriteProblem(GanglionException exception) => WriteJson("problem", Problem.Of(exception), ApiJson.Wire.Problem);

    /// <summary>Tells something that is no event, as a message with a name of its own.</summary>
    public void WriteJson<T>(string name, T value, JsonTypeInfo<T> type)
    {
        JsonSerializer.Serialize(_jsonWriter, value, type);
        WriteMessage(name, id: null);
    }

    public async ValueTask FlushAsync()
    {
        _unflushed = 0;
        await _output.FlushAsync(_ending).ConfigureAwait(false);
    }

    /// <summary>
    /// Waits for what comes next; meanwhile sends comments, so that both ends notice a broken connection. Never leaves the read
    /// behind that it waits for.
    /// </summary>
    public async ValueTask<T> WaitAsync<T>(ValueTask<T> next)
    {
        if (next.IsCompleted)
        {
            return await next.ConfigureAwait(false);
        }

        Task<T> read = next.AsTask();
        try
        {
            while (true)
            {
                try
                {
                    return await read.WaitAsync(_request.Options.KeepAlive, _request.Api.Time).ConfigureAwait(false);
                }
                catch (TimeoutException) when (!read.IsCompleted)
                {
                    WriteText(": keep-alive\n\n");
                    await FlushAsync().ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await ((Task)read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _jsonWriter.Dispose();

    private void WriteMessage(string? name, string? id)
    {
        _jsonWriter.Flush();
        _jsonWriter.Reset();

        if (name is not null)
        {
            WriteText($"event: {name}\n");
        }

        if (id is not null)
        {
            WriteText($"id: {id}\n");
        }

        // JSON has line breaks only between its tokens, where they mean nothing; in the stream they would end the line.
        ReadOnlySpan<byte> json = _json.WrittenSpan;
        _output.Write("data: "u8);
        Span<byte> line = _output.GetSpan(json.Length)[..json.Length];
        json.Replace(line, (byte)'\n', (byte)' ');
        line.Replace((byte)'\r', (byte)' ');
        _output.Advance(json.Length);
        _output.Write("\n\n"u8);
        _unflushed += json.Length;
        _json.ResetWrittenCount();
    }

    private void WriteText(string text) => Encoding.UTF8.GetBytes(text, _output);
}
