using System.Net.Http.Headers;
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

    private static async Task PostAsync(HttpClient client, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage response = await client.PostAsync(path, content);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }
}
