using System.Net;
using System.Text.Json;
using Ganglion.Brokers.Embedded;

namespace Ganglion.AspNetCore.Tests.Events;

public sealed class PublishEndpointTests
{
    [Fact]
    public async Task Plain_JSON_becomes_a_bare_record_with_the_key_of_the_query()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync(
            "/topics/invoice.created/events?key=INV-1001", """{"invoice_id":"INV-1001","amount":250.0}""");

        JsonElement position = (await response.ReadJsonAsync(HttpStatusCode.Created)).GetProperty("positions")[0];
        position.GetProperty("topic").GetString().ShouldBe("invoice.created");
        position.GetProperty("offset").GetInt64().ShouldBe(0);
        JsonElement record = await ReadOneAsync(host, "invoice.created");
        record.GetProperty("key").GetString().ShouldBe("INV-1001");
        record.TryGetProperty("headers", out _).ShouldBeFalse();
        record.GetProperty("event").GetProperty("type").GetString().ShouldBe("invoice.created");
        record.GetProperty("event").GetProperty("data").GetRawText().ShouldBe("""{"invoice_id":"INV-1001","amount":250.0}""");
    }

    [Fact]
    public async Task A_structured_event_keeps_its_attributes()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync(
            "/topics/t/events",
            """{"specversion":"1.0","id":"7","source":"/shop","type":"sold","partitionkey":"K","data":{"a":1}}""",
            "application/cloudevents+json; charset=UTF-8");

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        JsonElement record = await ReadOneAsync(host, "t");
        record.GetProperty("key").GetString().ShouldBe("K");
        JsonElement published = record.GetProperty("event");
        published.GetProperty("id").GetString().ShouldBe("7");
        published.GetProperty("source").GetString().ShouldBe("/shop");
        published.GetProperty("type").GetString().ShouldBe("sold");
        published.GetProperty("data").GetProperty("a").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_record_above_the_limit_is_refused_and_nothing_is_written()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1");

        using HttpResponseMessage response = await host.PostAsync("/topics/t/events", new string('x', 1_100_000), "text/plain");

        await response.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, "record-too-large");
        (await host.GetJsonAsync("/topics/t/partitions/0/records")).GetProperty("highWatermark").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task An_unknown_topic_is_a_problem_where_topics_are_not_created_on_first_use()
    {
        await using ApiHost host = await ApiHost.StartAsync(new EmbeddedBrokerOptions { AutoCreateTopics = false });

        using HttpResponseMessage response = await host.PostAsync("/topics/t/events", "{}");

        await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "topic-not-found");
    }

    [Theory]
    [InlineData("no%20spaces")]
    [InlineData("sl%2Fash")]
    public async Task An_invalid_topic_name_is_a_problem(string topic)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync($"/topics/{topic}/events", "{}");

        await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "topic-name-invalid");
    }

    private static async Task<JsonElement> ReadOneAsync(ApiHost host, string topic) =>
        (await host.GetJsonAsync($"/topics/{topic}/partitions/0/records")).GetProperty("records").EnumerateArray().ShouldHaveSingleItem();
}
