using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Ganglion.Models.Http;

/// <summary>An answer that has begun to come.</summary>
internal sealed class ServerAnswer(HttpResponseMessage response, BoundedBody body, Patience patience, ProviderFaults faults) : IDisposable
{
    private const int FirstBuffer = 4 << 10;

    /// <summary>Whether it is said to be events, or JSON; null: neither.</summary>
    public bool? IsEvents => response.Content.Headers.ContentType?.MediaType switch
    {
        "text/event-stream" => true,
        { } type when type.EndsWith("json", StringComparison.OrdinalIgnoreCase) => false,
        _ => null,
    };

    /// <summary>All of it, a value of JSON.</summary>
    /// <exception cref="ModelProviderException">It is none.</exception>
    public async Task<T> ReadAsync<T>(JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(body, type, cancellationToken).ConfigureAwait(false) ?? throw faults.Malformed();
        }
        catch (JsonException exception)
        {
            throw faults.Malformed(exception);
        }
    }

    /// <summary>Its lines, each a value of JSON.</summary>
    /// <exception cref="ModelProviderException">A line is none.</exception>
    public async IAsyncEnumerable<T> ReadLinesAsync<T>(JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        byte[] buffer = new byte[FirstBuffer];
        int length = 0, looked = 0;
        bool isOver = false;
        while (!isOver)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            int read = await body.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            length += read;
            isOver = read == 0;
            int start = 0;
            while (start < length)
            {
                int end = buffer.AsSpan(Math.Max(start, looked)..length).IndexOf((byte)'\n');
                if (end < 0 && !isOver)
                {
                    break;
                }

                int next = end < 0 ? length : Math.Max(start, looked) + end + 1;
                if (Parse(buffer.AsSpan(start..next), type) is { } line)
                {
                    yield return line;
                }

                start = next;
                body.BeginItem();
            }

            buffer.AsSpan(start..length).CopyTo(buffer);
            length -= start;
            looked = length;
        }
    }

    /// <summary>Its events, each with a value of JSON; null: the event that says that there are no more.</summary>
    /// <exception cref="ModelProviderException">An event has none.</exception>
    public async IAsyncEnumerable<T?> ReadEventsAsync<T>(JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        SseParser<byte[]> events = SseParser.Create(body, static (_, data) => data.ToArray());
        await foreach (SseItem<byte[]> item in events.EnumerateAsync(cancellationToken).ConfigureAwait(false))
        {
            body.BeginItem();
            ReadOnlyMemory<byte> data = item.Data.AsMemory().Trim(" \t"u8);
            if (data.Span.SequenceEqual("[DONE]"u8))
            {
                yield return null;
            }
            else if (data.Length > 0)
            {
                yield return Parse(data.Span, type, faults);
            }
        }
    }

    public void Dispose()
    {
        response.Dispose();
        patience.Dispose();
    }

    private T? Parse<T>(ReadOnlySpan<byte> line, JsonTypeInfo<T> type)
        where T : class
    {
        return line.ContainsAnyExcept(" \t\r\n"u8) ? Parse(line, type, faults) : null;
    }

    private static T Parse<T>(ReadOnlySpan<byte> text, JsonTypeInfo<T> type, ProviderFaults faults)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw faults.Malformed();
        }
        catch (JsonException exception)
        {
            throw faults.Malformed(exception);
        }
    }
}
