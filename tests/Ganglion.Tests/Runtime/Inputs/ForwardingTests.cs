using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Tests.Runtime.Inputs;

public sealed record Answer(string InvoiceId, string Result);

public sealed class ForwardingTests
{
    private static void Collect(AgentBuilder agent) => agent.On(
        "answers",
        (Answer answer, AgentContext context) =>
        {
            int count = (context.GetState<Tally>()?.Count ?? 0) + 1;
            context.SetState(new Tally(count));
            context.Publish("collected", new Answer(context.Self.Key, $"{answer.Result} {count}"));
        },
        key: "invoice_id");

    [Fact(Timeout = 60_000)]
    public async Task Events_without_a_key_reach_the_instance_that_their_data_names()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("collector", Collect));

        for (int i = 0; i < 20; i++)
        {
            await host.AppendAsync("answers", null, """{"invoice_id":"INV-7","result":"ok"}""", partition: i % 8);
        }

        List<(CloudEvent Event, Record Record)> collected = await host.ReadRecordsAsync("collected", 20);
        collected.Select(one => Encoding.UTF8.GetString(one.Event.Data!.Value.Span)).Order(StringComparer.Ordinal)
            .ShouldBe(Enumerable.Range(1, 20).Select(n => $$"""{"invoice_id":"INV-7","result":"ok {{n}}"}""").Order(StringComparer.Ordinal));
        collected.Select(one => Encoding.UTF8.GetString(one.Record.Key!.Value.Span)).Distinct().ShouldBe(["INV-7"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_number_can_be_a_key()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("sensors", agent => agent.On(
            "readings", (CloudEvent _, AgentContext context) => context.Publish("seen", context.Self.Key), key: "sensor")));

        await host.AppendAsync("readings", null, """{"value":[1,{"sensor":9}],"sensor":42}""");

        Encoding.UTF8.GetString((await host.ReadAsync("seen", 1))[0].Data!.Value.Span).ShouldBe("\"42\"");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""{"result":"ok"}""")]
    [InlineData("""{"invoice_id":null}""")]
    [InlineData("""{"invoice_id":{"a":1}}""")]
    [InlineData("""["invoice_id"]""")]
    [InlineData("INV-7")]
    public async Task An_event_that_names_no_instance_is_parked(string data)
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("collector", Collect));

        await host.AppendAsync("answers", null, data);

        Record parked = (await host.ReadRecordsAsync("answers.dlq", 1))[0].Record;
        parked.Header("__dlq.errors.message")!.ShouldContain("'invoice_id'");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_topic_with_another_number_of_partitions_is_read_through_the_inbox()
    {
        await using var host = new AgentTestHost();
        await host.Broker.Topics.CreateAsync("notes", new TopicSettings { Partitions = 3 }, AgentTestHost.Timeout);
        await host.RunAsync(ganglion => ganglion.AddAgent("echo", agent => agent
            .On<Note>("notes", (note, context) => context.Publish("echoes", note))));

        for (int i = 0; i < 30; i++)
        {
            await host.AppendAsync("notes", $"key-{i}", $$"""{"number":{{i}}}""");
        }

        List<(CloudEvent Event, Record Record)> echoes = await host.ReadRecordsAsync("echoes", 30);
        echoes.Select(one => Encoding.UTF8.GetString(one.Record.Key!.Value.Span)).Order().ShouldBe(Enumerable.Range(0, 30).Select(i => $"key-{i}").Order());
        (await host.ReadRecordsAsync("echo.inbox", 30)).Count.ShouldBe(30);
    }

    [Fact(Timeout = 60_000)]
    public async Task Partitions_that_a_topic_gets_while_it_is_read_are_read_through_the_inbox()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("collector", Collect));
        await host.AppendAsync("answers", "INV-7", """{"invoice_id":"INV-7","result":"ok"}""");
        await host.ReadAsync("collected", 1);

        host.Broker.Catalog.AddPartitions("answers", 9, onlyValidates: false);
        await host.AppendAsync("answers", "INV-7", """{"invoice_id":"INV-7","result":"new"}""", partition: 8);
        await host.ReadAsync("collected", 2);
        await host.AppendAsync("answers", "INV-7", """{"invoice_id":"INV-7","result":"old"}""", partition: 0);

        List<CloudEvent> collected = await host.ReadAsync("collected", 3);
        collected.Select(one => Encoding.UTF8.GetString(one.Data!.Value.Span))
            .ShouldBe(new[] { "ok 1", "new 2", "old 3" }.Select(result => $$"""{"invoice_id":"INV-7","result":"{{result}}"}"""));
        host.StatusOf("collector").Restarts.ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bare_record_keeps_its_identity_on_the_way_through_the_inbox()
    {
        await using var host = new AgentTestHost();
        await host.Broker.Topics.CreateAsync("notes", new TopicSettings { Partitions = 3 }, AgentTestHost.Timeout);
        await host.RunAsync(ganglion => ganglion.AddAgent("echo", agent => agent
            .On<Note>("notes", (note, context) => context.Publish("echoes", context.Channel + " " + context.Event.Type))));

        await host.AppendAsync("notes", "k", """{"number":1}""");

        CloudEvent echo = (await host.ReadAsync("echoes", 1))[0];
        Encoding.UTF8.GetString(echo.Data!.Value.Span).ShouldBe("\"notes notes\"");
        echo.CausationId.ShouldBe((await host.ReadAsync("notes", 1))[0].Id);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_fails_behind_the_inbox_is_parked_beside_the_topic_it_came_from()
    {
        await using var host = new AgentTestHost();
        await host.Broker.Topics.CreateAsync("notes", new TopicSettings { Partitions = 3 }, AgentTestHost.Timeout);
        await host.RunAsync(ganglion => ganglion.AddAgent("picky", agent => agent
            .On<Note>("notes", (_, _) => throw new UnprocessableEventException("No."))));

        TopicPartitionOffset at = await host.AppendAsync("notes", "k", """{"number":1}""");

        Record parked = (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record;
        parked.Header("__dlq.errors.topic").ShouldBe("notes");
        parked.Header("__dlq.errors.partition").ShouldBe($"{at.Partition.Partition}");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_that_is_not_text_names_an_instance_all_the_same()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("echo", agent => agent
            .On<Note>("notes", (_, context) => context.Publish("keys", context.Self.Key))));
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: AgentTestHost.Timeout);

        await producer.AppendAsync(
            new ProducerRecord("notes", new Record(new byte[] { 0xFF, 0x00 }, """{"number":1}"""u8.ToArray())), AgentTestHost.Timeout);

        Encoding.UTF8.GetString((await host.ReadAsync("keys", 1))[0].Data!.Value.Span).ShouldBe("\"0xFF00\"");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_in_the_inbox_that_nobody_handles_is_parked()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("collector", Collect));

        await host.AppendAsync("collector.inbox", "k", "{}");

        Record parked = (await host.ReadRecordsAsync("collector.inbox.dlq", 1))[0].Record;
        parked.Header("__dlq.errors.message")!.ShouldContain("collector.inbox");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_may_be_sent_to_the_inbox_directly()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("collector", Collect));
        var answer = new CloudEvent
        {
            Id = "1", Source = "/tests", Type = "answers", DataContentType = "application/json",
            Data = """{"invoice_id":"INV-7","result":"ok"}"""u8.ToArray(),
        };

        await host.Publisher.PublishAsync("collector.inbox", answer, "whatever", AgentTestHost.Timeout);

        (await host.ReadAsync("collected", 1))[0].CausationId.ShouldBe("1");
    }
}
