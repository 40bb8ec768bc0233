using System.Net;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.AspNetCore.Tests.DeadLetters;

public sealed class DeadLetterEndpointsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Letters_are_listed_with_their_cause()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await ParkAsync(host, """{"a":1}""", "k");

        JsonElement letter = (await host.GetJsonAsync("/dead-letters")).GetProperty("letters").EnumerateArray().ShouldHaveSingleItem();

        letter.GetProperty("id").GetString().ShouldBe("orders.dlq-0@0");
        letter.GetProperty("headers").GetString().ShouldBe("kafka");
        letter.GetProperty("group").GetString().ShouldBe("billing");
        letter.GetProperty("exceptionClass").GetString().ShouldBe("System.TimeoutException");
        letter.GetProperty("message").GetString().ShouldBe("too slow");
        letter.GetProperty("deliveryCount").GetInt32().ShouldBe(3);
        letter.GetProperty("key").GetString().ShouldBe("k");
        letter.GetProperty("eventId").GetString().ShouldBe("orders-0@7");
        letter.GetProperty("origin").GetRawText().ShouldBe("""{"topic":"orders","partition":0,"offset":7}""");
        letter.GetProperty("isDecided").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Letters_are_listed_page_by_page_and_narrowed()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        for (int i = 0; i < 5; i++)
        {
            await ParkAsync(host, $"{i}", "k", group: i % 2 == 0 ? "even" : "odd");
        }

        var ids = new List<string>();
        string? next = null;
        do
        {
            JsonElement page = await host.GetJsonAsync($"/dead-letters?limit=2{(next is null ? "" : $"&from={Uri.EscapeDataString(next)}")}");
            ids.AddRange(IdsOf(page));
            next = page.TryGetProperty("next", out JsonElement more) ? more.GetString() : null;
        }
        while (next is not null);

        ids.ShouldBe(Enumerable.Range(0, 5).Select(i => $"orders.dlq-0@{i}"));
        IdsOf(await host.GetJsonAsync("/dead-letters?group=odd&topic=orders&exception=TimeoutException&since=1h")).ShouldBe(["orders.dlq-0@1", "orders.dlq-0@3"]);
        IdsOf(await host.GetJsonAsync("/dead-letters?exception=IOException")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_letter_is_shown_with_its_record_and_its_event_as_it_was()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await ParkAsync(host, """{"a":1}""", "k");

        JsonElement letter = await host.GetJsonAsync("/dead-letters/orders.dlq-0@0");

        letter.GetProperty("stackTrace").GetString().ShouldBe("at Billing");
        letter.GetProperty("record").GetProperty("event").GetProperty("id").GetString().ShouldBe("orders-0@7");
        letter.GetProperty("record").GetProperty("event").GetProperty("data").GetRawText().ShouldBe("""{"a":1}""");
        letter.GetProperty("record").GetProperty("topic").GetString().ShouldBe("orders.dlq");
    }

    [Fact]
    public async Task A_malformed_event_is_shown_with_what_is_wrong()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await AppendAsync(host, new Record(
            new byte[] { 0xFF }, "\u0007{\"a\":"u8.ToArray(), RecordHeaders.Create(new RecordHeader("ce_specversion", "1.0"), new RecordHeader("__dlq.errors.message", "\u001b[2J"))));

        JsonElement letter = await host.GetJsonAsync("/dead-letters/orders.dlq-0@0");

        letter.GetProperty("keyBase64").GetString().ShouldBe("/w==");
        letter.TryGetProperty("eventId", out _).ShouldBeFalse();
        letter.GetProperty("record").GetProperty("problem").GetProperty("code").GetString().ShouldBe("event-malformed");
    }

    [Fact]
    public async Task A_redrive_tells_first_and_does_it_when_it_is_told_to()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("orders", "before");
        await ParkAsync(host, "1", "k");

        JsonElement told = await PostAsync(host, "redrive", """{"letters":["orders.dlq-0@0"]}""");
        JsonElement before = await host.GetJsonAsync("/topics/orders/partitions/0/records");
        JsonElement done = await PostAsync(host, "redrive", """{"letters":["orders.dlq-0@0"],"execute":true,"by":"ann","reason":"fixed"}""");
        JsonElement again = await PostAsync(host, "redrive", """{"letters":["orders.dlq-0@0"],"execute":true}""");

        told.GetRawText().ShouldBe("""{"executed":false,"outcomes":[{"id":"orders.dlq-0@0","to":"orders"}]}""");
        before.GetProperty("highWatermark").GetInt64().ShouldBe(1);
        done.GetRawText().ShouldBe("""{"executed":true,"outcomes":[{"id":"orders.dlq-0@0","to":"orders","at":{"topic":"orders","partition":0,"offset":1}}]}""");
        again.GetProperty("outcomes")[0].GetProperty("problem").GetProperty("code").GetString().ShouldBe("dead-letter-decided");
        IdsOf(await host.GetJsonAsync("/dead-letters")).ShouldBeEmpty();
        IdsOf(await host.GetJsonAsync("/dead-letters?decided=true")).ShouldBe(["orders.dlq-0@0"]);
        JsonElement decision = (await host.GetJsonAsync("/dead-letters/orders.dlq-0@0")).GetProperty("decision");
        decision.GetProperty("kind").GetString().ShouldBe("redriven");
        decision.GetProperty("by").GetString().ShouldBe("ann");
        decision.GetProperty("reason").GetString().ShouldBe("fixed");
    }

    [Theory]
    [InlineData("\"data\":\"2\"")]
    [InlineData("\"dataBase64\":\"Mg==\"")]
    public async Task A_letter_is_edited_and_sent_elsewhere(string data)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("elsewhere", "before");
        await ParkAsync(host, "1", "k");

        await PostAsync(host, "redrive", $$"""{"letters":["orders.dlq-0@0"],"to":"elsewhere",{{data}},"execute":true}""");

        JsonElement records = (await host.GetJsonAsync("/topics/elsewhere/partitions/0/records")).GetProperty("records");
        records[1].GetProperty("key").GetString().ShouldBe("k");
        records[1].GetProperty("event").GetProperty("data").GetRawText().ShouldBe("2");
    }

    [Fact]
    public async Task Letters_are_discarded()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await ParkAsync(host, "1", "k");
        await ParkAsync(host, "2", "k");

        await PostAsync(host, "discard", """{"letters":["orders.dlq-0@0","orders.dlq-0@1"]}""");
        IdsOf(await host.GetJsonAsync("/dead-letters")).Count.ShouldBe(2);
        await PostAsync(host, "discard", """{"letters":["orders.dlq-0@0"],"execute":true,"by":"ann"}""");

        IdsOf(await host.GetJsonAsync("/dead-letters")).ShouldBe(["orders.dlq-0@1"]);
    }

    [Theory]
    [InlineData("/dead-letters?topic=missing", 404, "topic-not-found")]
    [InlineData("/dead-letters?limit=0", 400, "parameter-invalid")]
    [InlineData("/dead-letters?limit=1001", 400, "parameter-invalid")]
    [InlineData("/dead-letters?since=earliest", 400, "parameter-invalid")]
    [InlineData("/dead-letters?from=here", 400, "parameter-invalid")]
    [InlineData("/dead-letters/orders.dlq-0@9", 404, "dead-letter-not-found")]
    [InlineData("/dead-letters/x", 404, "dead-letter-not-found")]
    [InlineData("/dead-letters/redrive", 405, "method-not-allowed")]
    public async Task What_cannot_be_shown_is_a_problem(string path, int status, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await ParkAsync(host, "1", "k");

        using HttpResponseMessage response = await host.GetAsync(path);

        await response.ShouldBeProblemAsync((HttpStatusCode)status, code);
    }

    [Theory]
    [InlineData("redrive", """{"letters":[]}""")]
    [InlineData("redrive", """{"letters":[null]}""")]
    [InlineData("redrive", """{"letters":["x"]}""")]
    [InlineData("redrive", """{"letters":["orders.dlq-0@0","orders.dlq-0@1"],"data":"1"}""")]
    [InlineData("redrive", """{"letters":["orders.dlq-0@0"],"data":"1","dataBase64":"MQ=="}""")]
    [InlineData("redrive", """{"letters":["orders.dlq-0@0"],"yes":true}""")]
    [InlineData("discard", """{"letters":[]}""")]
    [InlineData("discard", "{}")]
    public async Task What_cannot_be_decided_is_a_problem(string verb, string body)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync($"/dead-letters/{verb}", body);

        await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request-malformed");
    }

    private static List<string> IdsOf(JsonElement page) => [.. page.GetProperty("letters").EnumerateArray().Select(letter => letter.GetProperty("id").GetString()!)];

    private static async Task<JsonElement> PostAsync(ApiHost host, string verb, string body)
    {
        using HttpResponseMessage response = await host.PostAsync($"/dead-letters/{verb}", body);
        return await response.ReadJsonAsync(HttpStatusCode.OK);
    }

    private static Task ParkAsync(ApiHost host, string value, string key, string group = "billing") => AppendAsync(host, new Record(
        System.Text.Encoding.UTF8.GetBytes(key),
        System.Text.Encoding.UTF8.GetBytes(value),
        RecordHeaders.Create(
            new RecordHeader("__dlq.errors.topic", "orders"),
            new RecordHeader("__dlq.errors.partition", "0"),
            new RecordHeader("__dlq.errors.offset", "7"),
            new RecordHeader("__dlq.errors.group", group),
            new RecordHeader("__dlq.errors.delivery.count", "3"),
            new RecordHeader("__dlq.errors.message", "too slow"),
            new RecordHeader("__dlq.errors.exception.class.name", "System.TimeoutException"),
            new RecordHeader("__dlq.errors.exception.stacktrace", "at Billing"))));

    private static async Task AppendAsync(ApiHost host, Record record)
    {
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Cancelled);
        await producer.AppendAsync(new ProducerRecord("orders.dlq", record, Partition: 0), Cancelled);
    }
}
