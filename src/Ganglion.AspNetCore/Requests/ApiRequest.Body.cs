using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Ganglion.AspNetCore.Requests;

internal sealed partial class ApiRequest
{
    public static ApiException BodyTooLarge(int limit) =>
        new("body-too-large", $"The body exceeds the limit of {limit} bytes. Nothing was written.");

    /// <summary>Reads the body into memory of its own, which a record may keep.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync()
    {
        if (Http.Request.ContentLength > Options.MaxBodyBytes)
        {
            throw BodyTooLarge(Options.MaxBodyBytes);
        }

        RefuseEncoded();
        try
        {
            return await ReadBodyAsync(Http.Request.BodyReader, Options.MaxBodyBytes).ConfigureAwait(false);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            // Not the broker's disk: the server has other exceptions, too, for what it cannot read.
            throw new ApiException("request-malformed", $"The body cannot be read: {exception.Message}", exception);
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(PipeReader reader, int limit)
    {
        while (true)
        {
            ReadResult result = await reader.ReadAsync(Aborted).ConfigureAwait(false);
            if (result.Buffer.Length > limit)
            {
                throw BodyTooLarge(limit);
            }

            if (result.IsCompleted)
            {
                byte[] body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>Nothing is unpacked here: what is published would claim to be what only its packed bytes are.</summary>
    private void RefuseEncoded()
    {
        StringValues encoding = Http.Request.Headers.ContentEncoding;
        if (encoding.Any(coding => !string.Equals(coding, "identity", StringComparison.OrdinalIgnoreCase)))
        {
            Http.Response.Headers.AcceptEncoding = "identity";
            throw new ApiException("encoding-unsupported", $"The body is encoded as '{encoding}': send it as it is, without Content-Encoding.");
        }
    }

    public async ValueTask<T> ReadJsonAsync<T>(JsonTypeInfo<T> type)
        where T : class
    {
        ReadOnlyMemory<byte> body = await ReadBodyAsync().ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(body.Span, type)
                ?? throw new ApiException("request-malformed", "The body is null where a JSON object is expected.");
        }
        catch (JsonException exception)
        {
            throw new ApiException("request-malformed", BodyFault.Describe(body, type, exception), exception);
        }
    }

    public Task WriteJsonAsync<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        Http.Response.StatusCode = status;
        return JsonAnswer.WriteAsync(Http, value, type);
    }
}
