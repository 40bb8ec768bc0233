using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;

namespace EndToEnd;

/// <summary>What a business application, or a person with curl, sends.</summary>
internal static class ClientExtensions
{
    /// <summary>Sends JSON as an event.</summary>
    public static Task PublishAsync(this HttpClient client, string topic, string json, string? key = null) =>
        PostAsync(client, $"/topics/{topic}/events{(key is null ? "" : $"?key={Uri.EscapeDataString(key)}")}", json);

    /// <summary>Sends text as a producer does that knows of no events: a value, without a key and without a header.</summary>
    public static Task PublishRecordAsync(this HttpClient client, string topic, string value) =>
        PostAsync(client, $"/topics/{topic}/records", new JsonObject { ["records"] = new JsonArray(new JsonObject { ["value"] = value }) }.ToJsonString());

    /// <summary>Follows the events of a topic, from its beginning or from behind a message, until the connection ends.</summary>
    public static async IAsyncEnumerable<(string? Id, JsonNode Message)> FollowAsync(this HttpClient client, string topic, string? behind = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/topics/{topic}/events?from=earliest");
        if (behind is not null)
        {
            request.Headers.Add("Last-Event-ID", behind);
        }

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.IsSuccessStatusCode.ShouldBeTrue($"{response}");
        await foreach (SseItem<string> message in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            if (message.EventType == SseParser.EventTypeDefault && message.Data.Length > 0)
            {
                yield return (message.EventId, JsonNode.Parse(message.Data)!);
            }
        }
    }

    private static async Task PostAsync(HttpClient client, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage response = await client.PostAsync(path, content);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }
}
