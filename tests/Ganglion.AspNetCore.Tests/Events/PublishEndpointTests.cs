using System.Net;
using System.Net.Sockets;
using System.Text;
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

    [Theory]
    [InlineData("ce-id: 8")]
    [InlineData("CE-Id: 7")]
    [InlineData("content-type: text/plain")]
    public async Task An_attribute_that_comes_twice_is_an_error_that_names_it(string header)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        // An HTTP client would make one header of the two.
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Client.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await using NetworkStream stream = client.GetStream();
        string[] lines =
        [
            "POST /topics/t/events HTTP/1.1", "Host: localhost", "Connection: close", "Content-Length: 2", "Content-Type: application/json",
            "ce-specversion: 1.0", "ce-id: 7", "ce-source: /shop", "ce-type: sold", header, "", "{}",
        ];
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", lines)), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        string response = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        response.ShouldStartWith("HTTP/1.1 400 ");
        response.ShouldContain("\"code\":\"event-malformed\"");
        response.ShouldContain($"'{header[..header.IndexOf(':', StringComparison.Ordinal)]}' 2 times", Case.Insensitive);
    }

    [Fact]
    public async Task A_binary_event_has_its_attributes_in_the_headers()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync(
            "/topics/t/events?key=K",
            "{}",
            "application/json; version=2.1",
            ("ce-specversion", "1.0"),
            ("ce-id", "7"),
            ("ce-source", "/shop"),
            ("ce-type", "sold"),
            ("ce-subject", "Z%C3%BCrich"));

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        JsonElement record = await ReadOneAsync(host, "t");
        record.GetProperty("key").GetString().ShouldBe("K");
        record.GetProperty("event").GetProperty("subject").GetString().ShouldBe("Zürich");
        record.GetProperty("event").GetProperty("datacontenttype").GetString().ShouldBe("application/json; version=2.1");
    }

    [Fact]
    public async Task A_batch_is_published_in_order_and_told_where_it_lies()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync(
            "/topics/t/events",
            """
            [{"specversion":"1.0","id":"1","source":"/s","type":"a","data":1},
             {"specversion":"1.0","id":"2","source":"/s","type":"b","data":2}]
            """,
            "application/cloudevents-batch+json");

        JsonElement positions = (await response.ReadJsonAsync(HttpStatusCode.Created)).GetProperty("positions");
        positions.EnumerateArray().Select(position => position.GetProperty("offset").GetInt64()).ShouldBe([0, 1]);
        JsonElement records = (await host.GetJsonAsync("/topics/t/partitions/0/records")).GetProperty("records");
        records.EnumerateArray().Select(record => record.GetProperty("event").GetProperty("type").GetString()).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_batch_with_one_malformed_event_publishes_none()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync(
            "/topics/t/events",
            """[{"specversion":"1.0","id":"1","source":"/s","type":"a"},{"specversion":"1.0","source":"/s","type":"b"}]""",
            "application/cloudevents-batch+json");

        await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "event-malformed");
        (await host.GetJsonAsync("/topics")).GetProperty("topics").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task An_empty_batch_publishes_nothing_and_is_no_fault()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync("/topics/t/events", "[]", "application/cloudevents-batch+json");

        (await response.ReadJsonAsync(HttpStatusCode.Created)).GetProperty("positions").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("bare text", "text/plain", "text/plain", "\"bare text\"")]
    [InlineData("{\"broken\":", null, "application/json", null)]
    [InlineData("a=1&b=2", "application/x-www-form-urlencoded", "text/plain; charset=utf-8", "\"a=1&b=2\"")]
    [InlineData("", null, "text/plain; charset=utf-8", "\"\"")]
    public async Task Any_other_body_becomes_a_bare_record(string body, string? contentType, string shownAs, string? data)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync("/topics/t/events", body, contentType);

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        JsonElement record = await ReadOneAsync(host, "t");
        record.TryGetProperty("key", out _).ShouldBeFalse();
        JsonElement shown = record.GetProperty("event");
        shown.GetProperty("datacontenttype").GetString().ShouldBe(shownAs);
        if (data is not null)
        {
            shown.GetProperty("data").GetRawText().ShouldBe(data);
        }
    }

    [Fact]
    public async Task A_malformed_attribute_is_a_problem_that_names_it()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync(
            "/topics/t/events", "{}", "application/json", ("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/s"), ("ce-type", "t"), ("ce-time", "noon"));

        JsonElement problem = await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "event-malformed");
        problem.GetProperty("detail").GetString()!.ShouldContain("ce-time");
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("application/cloudevents+json", """{"specversion":"1.0","id":"7","source":"/s","type":"t"}""")]
    public async Task The_trace_of_the_request_goes_on_with_the_event(string contentType, string body)
    {
        const string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync("/topics/t/events", body, contentType, ("traceparent", trace));

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        JsonElement header = (await ReadOneAsync(host, "t")).GetProperty("headers")[0];
        header.GetProperty("name").GetString().ShouldBe("traceparent");
        header.GetProperty("value").GetString().ShouldBe(trace);
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
