using System.Net;
using System.Text;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.AspNetCore.Tests.Records;

public sealed class ReadEndpointTests
{
    [Fact]
    public async Task Pages_follow_one_another_by_nextOffset()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "0", "1", "2", "3", "4");

        JsonElement first = await host.GetJsonAsync("/topics/t/partitions/0/records?limit=3");
        JsonElement second = await host.GetJsonAsync($"/topics/t/partitions/0/records?limit=3&offset={first.GetProperty("nextOffset")}");

        Data(first).ShouldBe(["0", "1", "2"]);
        Data(second).ShouldBe(["3", "4"]);
        second.GetProperty("nextOffset").GetInt64().ShouldBe(5);
        second.GetProperty("highWatermark").GetInt64().ShouldBe(5);
    }

    [Fact]
    public async Task The_end_of_a_partition_is_an_empty_page()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "0");

        JsonElement page = await host.GetJsonAsync("/topics/t/partitions/0/records?offset=latest");

        Data(page).ShouldBeEmpty();
        page.GetProperty("nextOffset").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task A_reader_that_waits_is_woken_by_the_next_record()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "0");

        Task<JsonElement> waiting = host.GetJsonAsync("/topics/t/partitions/0/records?offset=1&wait=30s");
        await host.AppendAsync("t", "1");

        JsonElement page = await waiting;
        Data(page).ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_wait_that_nothing_ends_gives_an_empty_page()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "0");

        JsonElement page = await host.GetJsonAsync("/topics/t/partitions/0/records?offset=latest&wait=10ms");

        Data(page).ShouldBeEmpty();
    }

    [Fact]
    public async Task Reading_begins_at_a_moment()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: TestContext.Current.CancellationToken);
        foreach (int hour in (int[])[10, 11, 12])
        {
            var record = new Record(null, Encoding.UTF8.GetBytes($"{hour}"), default, new DateTimeOffset(2026, 1, 1, hour, 0, 0, TimeSpan.Zero));
            await producer.AppendAsync(new ProducerRecord("t", record), TestContext.Current.CancellationToken);
        }

        Data(await host.GetJsonAsync("/topics/t/partitions/0/records?offset=2026-01-01T10:30:00Z")).ShouldBe(["11", "12"]);
    }

    [Fact]
    public async Task A_record_shows_its_time_and_the_headers_that_are_not_of_its_event()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: TestContext.Current.CancellationToken);
        var headers = RecordHeaders.Create(
            new RecordHeader("content-type", "text/plain"), new RecordHeader("x", "1"), new RecordHeader("x", (ReadOnlyMemory<byte>?)new byte[] { 0xFF }));
        var record = new Record(new byte[] { 0xFE }, Encoding.UTF8.GetBytes("hello"), headers, DateTimeOffset.UnixEpoch.AddMilliseconds(1));
        await producer.AppendAsync(new ProducerRecord("t", record), TestContext.Current.CancellationToken);

        JsonElement shown = (await host.GetJsonAsync("/topics/t/partitions/0/records")).GetProperty("records")[0];

        shown.GetProperty("timestamp").GetString().ShouldBe("1970-01-01T00:00:00.001Z");
        shown.GetProperty("keyBase64").GetBytesFromBase64().ShouldBe([0xFE]);
        shown.GetProperty("headers").GetRawText().ShouldBe("""[{"name":"x","value":"1"},{"name":"x","valueBase64":"/w=="}]""");
        shown.GetProperty("event").GetProperty("data").GetString().ShouldBe("hello");
    }

    [Fact]
    public async Task A_record_that_is_no_event_shows_why_and_does_not_hide_those_behind_it()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: TestContext.Current.CancellationToken);
        var broken = new Record(null, Encoding.UTF8.GetBytes("oops"), RecordHeaders.Create(new RecordHeader("ce_specversion", "9.9")));
        await producer.AppendAsync(new ProducerRecord("t", broken), TestContext.Current.CancellationToken);
        await host.AppendAsync("t", "1");

        JsonElement records = (await host.GetJsonAsync("/topics/t/partitions/0/records")).GetProperty("records");

        records[0].GetProperty("value").GetString().ShouldBe("oops");
        records[0].GetProperty("headers")[0].GetProperty("name").GetString().ShouldBe("ce_specversion");
        records[0].GetProperty("problem").GetProperty("code").GetString().ShouldBe("event-malformed");
        records[0].TryGetProperty("event", out _).ShouldBeFalse();
        records[1].GetProperty("event").GetProperty("data").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_tombstone_is_an_event_without_data()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: TestContext.Current.CancellationToken);
        await producer.AppendAsync(new ProducerRecord("t", new Record(new byte[] { 65 }, null)), TestContext.Current.CancellationToken);

        JsonElement record = (await host.GetJsonAsync("/topics/t/partitions/0/records")).GetProperty("records")[0];

        record.GetProperty("key").GetString().ShouldBe("A");
        record.GetProperty("event").TryGetProperty("data", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/topics/missing/partitions/0/records", 404, "topic-not-found")]
    [InlineData("/topics/t/partitions/1/records", 404, "topic-not-found")]
    [InlineData("/topics/t/partitions/x/records", 404, "topic-not-found")]
    [InlineData("/topics/t/partitions/0/records?limit=0", 400, "parameter-invalid")]
    [InlineData("/topics/t/partitions/0/records?limit=x", 400, "parameter-invalid")]
    [InlineData("/topics/t/partitions/0/records?offset=-1", 400, "parameter-invalid")]
    [InlineData("/topics/t/partitions/0/records?offset=2", 400, "offset-out-of-range")]
    [InlineData("/topics/t/partitions/0/records?wait=long", 400, "parameter-invalid")]
    public async Task A_page_that_cannot_be_is_a_problem(string path, int status, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "0");

        using HttpResponseMessage response = await host.GetAsync(path);

        await response.ShouldBeProblemAsync((HttpStatusCode)status, code);
    }

    private static IEnumerable<string> Data(JsonElement page) =>
        page.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("event").GetProperty("data").GetRawText());
}
