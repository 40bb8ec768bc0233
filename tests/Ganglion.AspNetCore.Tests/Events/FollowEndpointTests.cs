using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.AspNetCore.Tests.Events;

public sealed class FollowEndpointTests
{
    [Fact]
    public async Task A_follower_gets_what_is_published_from_now_on()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1");
        await using EventStreamReader stream = await EventStreamReader.OpenAsync(host, "/topics/t/events");

        await host.AppendAsync("t", "2");

        JsonElement record = await stream.NextJsonAsync();
        record.GetProperty("topic").GetString().ShouldBe("t");
        record.GetProperty("partition").GetInt32().ShouldBe(0);
        record.GetProperty("offset").GetInt64().ShouldBe(1);
        record.GetProperty("event").GetProperty("data").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task The_id_of_a_message_is_its_partition_and_offset()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1", "2");
        await using EventStreamReader stream = await EventStreamReader.OpenAsync(host, "/topics/t/events?from=earliest");

        (await stream.NextAsync()).ShouldNotBeNull().EventId.ShouldBe("0:0");
        (await stream.NextAsync()).ShouldNotBeNull().EventId.ShouldBe("0:1");
    }

    [Fact]
    public async Task A_follower_of_a_conversation_gets_its_events_alone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach ((string id, string? conversation) in ((string, string?)[])[("a", null), ("b", "x"), ("x", null), ("c", "x"), ("d", "X")])
        {
            var said = new CloudEvent("said", "/tests", TimeProvider.System) { Id = id, CorrelationId = conversation, DataContentType = "application/json", Data = "1"u8.ToArray() };
            await AppendAsync(host, EventCodec.Encode(said));
        }

        await using EventStreamReader stream = await EventStreamReader.OpenAsync(host, "/topics/t/events?from=earliest&to=latest&conversation=x");

        for (int i = 0; i < 3; i++)
        {
            SseItem<string> item = (await stream.NextAsync()).ShouldNotBeNull();
            item.EventId.ShouldBe($"0:{i + 1}");
        }

        (await stream.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_stream_to_latest_ends_where_the_log_ended_when_it_began()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1", "2", "3");
        await using EventStreamReader stream = await EventStreamReader.OpenAsync(host, "/topics/t/events?from=1&to=latest");

        (await stream.RestAsync()).ShouldBe(["2", "3"]);
    }

    [Fact]
    public async Task Resuming_anywhere_repeats_nothing_and_loses_nothing_in_any_partition()
    {
        const int partitions = 3;
        const int records = 60;
        await using ApiHost host = await ApiHost.StartAsync();
        await CreateAsync(host, "t", partitions);
        await AppendRoundRobinAsync(host, "t", partitions, records);

        var seen = new List<string>();
        string? lastEventId = null;
        while (seen.Count < records)
        {
            await using EventStreamReader stream = await EventStreamReader.OpenAsync(host, "/topics/t/events?from=earliest", lastEventId);
            for (int i = 0; i < 7 && seen.Count < records; i++)
            {
                SseItem<string> item = (await stream.NextAsync()).ShouldNotBeNull();
                seen.Add(JsonDocument.Parse(item.Data).RootElement.GetProperty("event").GetProperty("data").GetRawText());
                lastEventId = item.EventId;
            }
        }

        seen.Order(StringComparer.Ordinal).ShouldBe(
            Enumerable.Range(0, records).Select(i => i.ToString(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_follower_that_is_cut_off_before_its_first_event_misses_nothing()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await CreateAsync(host, "t", 2);
        await AppendRoundRobinAsync(host, "t", 2, 4);
        string id = await PositionOfNewStreamAsync(host, "/topics/t/events");
        await AppendRoundRobinAsync(host, "t", 2, 2);

        await using EventStreamReader stream = await EventStreamReader.OpenAsync(host, "/topics/t/events?to=latest", id);

        (await stream.RestAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task One_partition_can_be_followed_alone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await CreateAsync(host, "t", 2);
        await AppendRoundRobinAsync(host, "t", 2, 6);

        await using EventStreamReader stream = await EventStreamReader.OpenAsync(host, "/topics/t/events?partition=1&from=earliest&to=latest");

        (await stream.RestAsync()).ShouldBe(["1", "3", "5"]);
    }

    [Fact]
    public async Task An_event_whose_JSON_has_line_breaks_stays_one_message()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "{\r\n  \"a\":\n 1\r}");

        await using EventStreamReader stream = await EventStreamReader.OpenAsync(host, "/topics/t/events?from=earliest");

        (await stream.NextJsonAsync()).GetProperty("event").GetProperty("data").GetProperty("a").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_silent_stream_sends_comments()
    {
        await using ApiHost host = await ApiHost.StartAsync(configure: options => options.KeepAlive = TimeSpan.FromMilliseconds(10));
        await host.AppendAsync("t", "1");
        await using Stream body = await host.Client.GetStreamAsync(
            new Uri("/topics/t/events", UriKind.Relative), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(body);

        string? line;
        do
        {
            line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        while (line is not null && !line.StartsWith(':'));

        line.ShouldBe(": keep-alive");
    }

    [Fact]
    public async Task A_topic_that_is_deleted_ends_the_stream_with_the_problem()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1");
        await using EventStreamReader stream = await EventStreamReader.OpenAsync(host, "/topics/t/events");

        await host.Broker.Topics.DeleteAsync("t", TestContext.Current.CancellationToken);

        SseItem<string> item = (await stream.NextAsync()).ShouldNotBeNull();
        item.EventType.ShouldBe("problem");
        JsonDocument.Parse(item.Data).RootElement.GetProperty("code").GetString().ShouldBe("topic-not-found");
        (await stream.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_host_that_goes_down_does_not_wait_for_its_followers()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1");
        await using EventStreamReader stream = await EventStreamReader.OpenAsync(host, "/topics/t/events");

        await host.App.StopAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        (await stream.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task An_offset_may_lie_behind_the_end_of_a_shorter_partition()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await CreateAsync(host, "t", 2);
        await AppendRoundRobinAsync(host, "t", 2, 4);
        await host.AppendAsync("t", "4", "5");

        await using EventStreamReader stream = await EventStreamReader.OpenAsync(host, "/topics/t/events?from=3&to=latest");
        (await stream.RestAsync()).ShouldBe(["5"]);

        using HttpResponseMessage response = await host.GetAsync("/topics/t/events?from=5&to=latest");
        JsonElement problem = await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "offset-out-of-range");
        problem.GetProperty("detail").GetString().ShouldBe("Offset 5 lies behind the end of every partition of 't'; the longest ends at 4.");
    }

    [Theory]
    [InlineData("/topics/missing/events", 404, "topic-not-found")]
    [InlineData("/topics/t/events?from=soon", 400, "parameter-invalid")]
    [InlineData("/topics/t/events?from=1.5", 400, "parameter-invalid")]
    [InlineData("/topics/t/events?from=10:30", 400, "parameter-invalid")]
    [InlineData("/topics/t/events?from=999", 400, "offset-out-of-range")]
    [InlineData("/topics/t/events?to=earliest", 400, "parameter-invalid")]
    [InlineData("/topics/t/events?partition=1", 400, "parameter-invalid")]
    public async Task A_stream_that_cannot_begin_is_a_problem(string path, int status, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1");

        using HttpResponseMessage response = await host.GetAsync(path);

        await response.ShouldBeProblemAsync((HttpStatusCode)status, code);
    }

    [Fact]
    public async Task A_client_that_wants_no_event_stream_is_told_so()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/topics/t/events");
        request.Headers.Accept.ParseAdd("application/json");

        using HttpResponseMessage response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await response.ShouldBeProblemAsync(HttpStatusCode.NotAcceptable, "not-acceptable");
    }

    private static async Task<string> PositionOfNewStreamAsync(ApiHost host, string path)
    {
        await using Stream body = await host.Client.GetStreamAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(body);
        string line = (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull();
        line.ShouldStartWith("id: ");
        return line["id: ".Length..];
    }

    private static async Task CreateAsync(ApiHost host, string topic, int partitions) =>
        await host.Broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = partitions }, TestContext.Current.CancellationToken);

    private static async Task AppendRoundRobinAsync(ApiHost host, string topic, int partitions, int count)
    {
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: TestContext.Current.CancellationToken);
        for (int i = 0; i < count; i++)
        {
            byte[] value = System.Text.Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture));
            await producer.AppendAsync(
                new ProducerRecord(topic, new Record(null, value), i % partitions), TestContext.Current.CancellationToken);
        }
    }

    private static async Task AppendAsync(ApiHost host, Record record)
    {
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: TestContext.Current.CancellationToken);
        await producer.AppendAsync(new ProducerRecord("t", record, 0), TestContext.Current.CancellationToken);
    }
}
