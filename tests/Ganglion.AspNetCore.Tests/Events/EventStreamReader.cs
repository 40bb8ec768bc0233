using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Ganglion.AspNetCore.Tests.Events;

/// <summary>A client of an event stream, for as long as a test needs it.</summary>
internal sealed class EventStreamReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private EventStreamReader(HttpResponseMessage response, SseParser<string> parser)
    {
        _response = response;
        Parser = parser;
        _items = parser.EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
    }

    /// <summary>The last id, as a client would send it when it comes back.</summary>
    public string LastEventId => Parser.LastEventId;

    private SseParser<string> Parser { get; }

    public static async Task<EventStreamReader> OpenAsync(ApiHost host, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        HttpResponseMessage response = await host.Client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        Stream body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        return new EventStreamReader(response, SseParser.Create(body));
    }

    /// <summary>The next message; <see langword="null"/> at the end of the stream.</summary>
    public async Task<SseItem<string>?> NextAsync() => await _items.MoveNextAsync() ? _items.Current : null;

    public async Task<JsonElement> NextJsonAsync() => JsonDocument.Parse((await NextAsync()).ShouldNotBeNull().Data).RootElement;

    /// <summary>The data of all events up to the end of the stream, which a group's tells by a message.</summary>
    public async Task<List<string>> RestAsync()
    {
        var data = new List<string>();
        while (await NextAsync() is { EventType: not "end" } item)
        {
            data.Add(JsonDocument.Parse(item.Data).RootElement.GetProperty("event").GetProperty("data").GetRawText());
        }

        return data;
    }

    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        try
        {
            await _items.DisposeAsync();
        }
        catch (NotSupportedException)
        {
            // A read is still waiting: the response that ended above ends it.
        }
    }
}
