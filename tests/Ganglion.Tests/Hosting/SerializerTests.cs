using System.Text;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.DeadLetters;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Tests.Events;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Hosting;

/// <summary>Which format the data has that goes through agents, on every way that there is.</summary>
public sealed class SerializerTests
{
    private static readonly Reading Warm = new("s-1", 21.5);
    private static readonly AgentId Meter = new(new AgentType("meter"), "m");

    [EventType("reading")]
    public sealed record Reading(string Sensor, double Celsius);

    [Agent("meter")]
    public sealed class MeterAgent : Agent, IHandle<Reading, Reading>
    {
        public ValueTask<Reading> HandleAsync(Reading message, MessageContext context)
        {
            context.Agent.SetState(message);
            return ValueTask.FromResult(message with { Celsius = message.Celsius + 1 });
        }
    }

    private static void ShouldBeCbor(CloudEvent @event, string schema)
    {
        @event.DataContentType.ShouldBe("application/cbor; kind=reading");
        @event.DataSchema.ShouldBe(schema);
    }

    [Fact(Timeout = 60_000)]
    public async Task Events_keep_the_format_of_their_channel_from_publisher_to_handler_and_on()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddSerializer<CborSerializer>("telemetry.*")
            .AddAgent("relay", agent => agent
                .On<Reading>("telemetry.raw", (reading, context) =>
                {
                    context.Publish("telemetry.clean", reading);
                    context.Publish("reports", reading);
                    context.Schedule(TimeSpan.Zero, "telemetry.late", reading);
                })
                .On<Reading>("telemetry.late", (reading, context) => context.Publish("late", $"{reading.Sensor} {context.Event.DataContentType}"))));

        await host.Publisher.PublishAsync("telemetry.raw", Warm, "k", AgentTestHost.Timeout);

        ShouldBeCbor((await host.ReadAsync("telemetry.raw", 1))[0], "urn:schemas:telemetry.raw");
        CloudEvent clean = (await host.ReadAsync("telemetry.clean", 1))[0];
        ShouldBeCbor(clean, "urn:schemas:telemetry.clean");
        clean.Data!.Value.ToArray().ShouldBe(CborSerializer.Encode(Warm));
        CloudEvent report = (await host.ReadAsync("reports", 1))[0];
        report.DataContentType.ShouldBe("application/json");
        report.DataSchema.ShouldBeNull();
        TextOf((await host.ReadAsync("late", 1))[0]).ShouldBe("\"s-1 application/cbor; kind=reading\"");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bare_record_of_a_channel_is_read_by_the_serializer_of_the_channel()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddSerializer(new CborSerializer(), "telemetry.raw")
            .AddAgent("relay", agent => agent.On<Reading>("telemetry.raw", (reading, context) => context.Publish("done", reading))));
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: AgentTestHost.Timeout);

        await producer.AppendAsync(new ProducerRecord("telemetry.raw", new Record("k"u8.ToArray(), CborSerializer.Encode(Warm))), AgentTestHost.Timeout);

        TextOf((await host.ReadAsync("done", 1))[0]).ShouldBe("""{"sensor":"s-1","celsius":21.5}""");
    }

    [Fact(Timeout = 60_000)]
    public async Task Requests_follow_the_inbox_and_replies_their_request_and_state_stays_JSON()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddSerializer<CborSerializer>("meter.inbox")
            .AddAgent<MeterAgent>()
            .AddAgent("caller", agent => agent.On("orders", async (AgentContext context) =>
                context.Publish("called", await context.CallAsync<Reading>(Meter, "reading", Warm)))));
        var runtime = host.Host.Services.GetRequiredService<IAgentRuntime>();

        Reading? reply = await runtime.SendMessageAsync<Reading>(Warm, Meter, cancellationToken: AgentTestHost.Timeout);
        await host.AppendAsync("orders", "k", "{}");

        reply.ShouldBe(Warm with { Celsius = 22.5 });
        TextOf((await host.ReadAsync("called", 1))[0]).ShouldBe("""{"sensor":"s-1","celsius":22.5}""");
        List<CloudEvent> requests = await host.ReadAsync("meter.inbox", 2);
        requests.ForEach(request => ShouldBeCbor(request, "urn:schemas:meter.inbox"));
        ShouldBeCbor((await host.ReadAsync("ganglion.clients.inbox", 1))[0], "urn:schemas:reply");
        ShouldBeCbor((await host.ReadAsync("caller.inbox", 1))[0], "urn:schemas:reply");
        (await host.ReadAsync("meter.state", 2)).ShouldAllBe(state => state.DataContentType == "application/json");
        JsonElement saved = await runtime.SaveAgentStateAsync(Meter, AgentTestHost.Timeout);
        saved.GetProperty("data").GetProperty("sensor").GetString().ShouldBe("s-1");
    }

    [Fact(Timeout = 60_000)]
    public async Task Questions_and_answers_and_messages_to_topics_have_the_format_of_their_channels()
    {
        await using var host = new AgentTestHost();
        void Configure(GanglionBuilder ganglion) => ganglion
            .AddSerializer<CborSerializer>("telemetry.*")
            .AddAgent("asker", agent => agent.On("orders", async (AgentContext context) =>
            {
                Reading answer = await context.AskAsync<Reading>("telemetry.asked", Warm, "telemetry.answered");
                await context.DelayAsync(TimeSpan.Zero);
                context.PublishMessage(answer, new TopicId("telemetry.told", "k"));
            }))
            .AddAgent("answerer", agent => agent.On<Reading>("telemetry.asked", (reading, context) =>
                context.Publish("telemetry.answered", reading with { Celsius = 0 })));
        await host.RunAsync(Configure);
        await host.AppendAsync("orders", "k", "{}");

        CloudEvent told = (await host.ReadAsync("telemetry.told", 1))[0];

        ShouldBeCbor((await host.ReadAsync("telemetry.asked", 1))[0], "urn:schemas:telemetry.asked");
        ShouldBeCbor((await host.ReadAsync("telemetry.answered", 1))[0], "urn:schemas:telemetry.answered");
        ShouldBeCbor(told, "urn:schemas:telemetry.told");
        told.Type.ShouldBe("reading");
        told.Data!.Value.ToArray().ShouldBe(CborSerializer.Encode(Warm with { Celsius = 0 }));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_message_from_outside_to_a_topic_has_the_format_of_the_topic()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddSerializer<CborSerializer>("telemetry.*")
            .AddAgent<MeterAgent>());

        await host.Host.Services.GetRequiredService<IAgentRuntime>().PublishMessageAsync(Warm, new TopicId("telemetry.told", "k"), AgentTestHost.Timeout);

        ShouldBeCbor((await host.ReadAsync("telemetry.told", 1))[0], "urn:schemas:telemetry.told");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_serializer_is_told_the_channel_of_what_it_reads_and_none_of_what_was_addressed_to_the_agent()
    {
        var serializer = new CborSerializer();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddSerializer(serializer, "telemetry.*", "meter.inbox")
            .AddAgent<MeterAgent>()
            .AddAgent("relay", agent => agent.On<Reading>("telemetry.raw", (reading, context) => context.Publish("done", reading))));
        var runtime = host.Host.Services.GetRequiredService<IAgentRuntime>();

        await host.Publisher.PublishAsync("telemetry.raw", Warm, "k", AgentTestHost.Timeout);
        await host.ReadAsync("done", 1);
        await runtime.SendMessageAsync(Warm, Meter, cancellationToken: AgentTestHost.Timeout);
        await runtime.AddSubscriptionAsync(new TypeSubscription("telemetry.told", Meter.Type), AgentTestHost.Timeout);
        await runtime.PublishMessageAsync(Warm, new TopicId("telemetry.told", "other"), AgentTestHost.Timeout);
        await host.ReadAsync("meter.state", 2);

        serializer.Channels.ShouldBe(["telemetry.raw", null, "telemetry.told"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_cannot_be_read_is_parked_with_its_bytes_and_is_handled_when_it_is_redriven_to_a_host_that_can()
    {
        await using var host = new AgentTestHost();
        void Define(AgentBuilder agent) => agent.On<Reading>("telemetry.raw", (reading, context) => context.Publish("done", reading));
        await host.RunAsync(ganglion => ganglion.AddAgent("relay", Define));
        byte[] data = CborSerializer.Encode(Warm);
        var sent = new CloudEvent("telemetry.raw", "/tests", TimeProvider.System) { DataContentType = "application/cbor", Data = data };
        await host.Publisher.PublishAsync("telemetry.raw", sent, "k", AgentTestHost.Timeout);

        (CloudEvent parked, Record record) = (await host.ReadRecordsAsync("telemetry.raw.dlq", 1))[0];

        parked.Data!.Value.ToArray().ShouldBe(data);
        string told = HeadersOf(record);
        told.ShouldContain("no serializer for that, only for application/json");
        told.ShouldContain("application/cbor");

        await host.StopAsync();
        await host.RunAsync(ganglion => ganglion.AddSerializer<CborSerializer>().AddAgent("relay", Define));
        DeadLetterQueue queue = host.Host.Services.GetRequiredService<DeadLetterQueue>();
        DeadLetter letter = (await queue.ListAsync(new DeadLetterFilter(), cancellationToken: AgentTestHost.Timeout)).Letters.ShouldHaveSingleItem();
        await queue.RedriveAsync([letter.Position], new RedriveOptions { Execute = true }, AgentTestHost.Timeout);

        TextOf((await host.ReadAsync("done", 1))[0]).ShouldBe("""{"sensor":"s-1","celsius":21.5}""");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_within_data_that_is_not_JSON_is_an_error_that_says_so()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddSerializer<CborSerializer>("telemetry.*")
            .AddAgent("relay", agent => agent.On<Reading>("telemetry.raw", (_, _) => { }, key: "sensor")));

        await host.Publisher.PublishAsync("telemetry.raw", Warm, "k", AgentTestHost.Timeout);

        (_, Record record) = (await host.ReadRecordsAsync("telemetry.raw.dlq", 1))[0];
        HeadersOf(record).ShouldContain("only JSON is looked into");
    }

    [Fact]
    public async Task Serializers_that_do_not_fit_together_keep_the_host_from_starting()
    {
        await using var host = new AgentTestHost();

        SerializerException error = await Should.ThrowAsync<SerializerException>(() => host.RunAsync(ganglion => ganglion
            .AddSerializer<CborSerializer>("a")
            .AddSerializer(new CborSerializer(), "a")
            .AddAgent<MeterAgent>()));

        error.Code.ShouldBe("serializer-invalid");
    }

    private static string HeadersOf(Record record) =>
        string.Join('\n', record.Headers.Select(header => $"{header.Name}: {Encoding.UTF8.GetString(header.Value.GetValueOrDefault().Span)}"));

    private static string TextOf(CloudEvent @event) => Encoding.UTF8.GetString(@event.Data!.Value.Span);
}
