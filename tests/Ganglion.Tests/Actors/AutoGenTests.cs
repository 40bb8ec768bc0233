using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.DeadLetters;
using Ganglion.Events;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Actors;

/// <summary>Messages that AutoGen's runtimes have put on a topic.</summary>
public sealed class AutoGenTests
{
    private volatile bool _isBroken = true;

    [EventType("TextMessage")]
    public sealed record TextMessage(string Text);

    [Agent("reviewer")]
    [TypeSubscription("reviews")]
    public sealed class Reviewer : Agent, IHandle<TextMessage>
    {
        public ValueTask HandleAsync(TextMessage message, MessageContext context)
        {
            AutoGenMessage autoGen = AutoGenMessage.Read(context.Agent.Event)!;
            context.Agent.Publish("reviewed", $"{context.MessageId} {context.Sender} {context.Topic} {autoGen.TopicSource} {message.Text}");
            return default;
        }
    }

    private static CancellationToken Timeout => AgentTestHost.Timeout;

    [Fact(Timeout = 60_000)]
    public async Task A_message_is_handled_by_the_type_that_it_names_and_its_sender_is_known()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent<Reviewer>());

        await AppendAsync(host, "reviews", Message("reviews", "publish", ("ce_dataschema", "TextMessage")));

        TextOf((await host.ReadAsync("reviewed", 1))[0]).ShouldBe("\"m-1 writer/w-1 reviews/k session-7 Hi.\"");
    }

    [Fact(Timeout = 60_000)]
    public async Task Forwarded_parked_and_redriven_a_message_keeps_all_of_its_attributes()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("reviewer", Read, Impatient));
        Record message = Message("reviews", "publish", ("ce_agfuture", "kept"), ("plain", "kept, too"));
        IEnumerable<(string, string?)> attributes = message.Headers.Select(header => (header.Name, header.Text));

        for (int partition = 0; partition < 8; partition++)
        {
            await AppendAsync(host, "reviews", message with { Key = Encoding.UTF8.GetBytes($"k{partition}") }, partition, $"m-{partition}");
        }

        foreach ((_, Record parked) in await host.ReadRecordsAsync("reviews.dlq", 8))
        {
            attributes.Where(attribute => attribute.Item1 != "ce_id").ShouldBeSubsetOf(parked.Headers.Select(header => (header.Name, header.Text)));
        }

        _isBroken = false;
        DeadLetterQueue queue = host.Host.Services.GetRequiredService<DeadLetterQueue>();
        DeadLetterPage page = await queue.ListAsync(cancellationToken: Timeout);
        await queue.RedriveAsync([.. page.Letters.Select(letter => letter.Position)], new RedriveOptions { Execute = true }, Timeout);
        List<CloudEvent> read = await host.ReadAsync("read", 8);
        read.ShouldAllBe(one => TextOf(one) == "\"Publish writer/w-1 kept\"");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_response_answers_the_question_that_its_topic_names()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("editor", agent => agent.On(
            "drafts",
            async (string draft, AgentContext context) =>
            {
                TextMessage answer = await context.AskAsync<TextMessage>("writer", draft, answers: "responses");
                context.Publish("edited", answer.Text);
            })));
        await host.Publisher.PublishAsync("drafts", "draft", "k", Timeout);
        string request = (await host.ReadAsync("writer", 1))[0].Id;

        await AppendAsync(host, "responses", Message($"editor:rpc_response={request}", "rpc_response"));

        TextOf((await host.ReadAsync("edited", 1))[0]).ShouldBe("\"Hi.\"");
    }

    // All of them fail, and are to be parked all the same.
    private static void Impatient(AgentOptions options)
    {
        options.Retries = 0;
        options.SuspendAfter = 0;
    }

    private void Read(AgentBuilder agent) => agent.On("reviews", (CloudEvent message, AgentContext context) =>
    {
        if (_isBroken)
        {
            throw new InvalidOperationException("broken");
        }

        AutoGenMessage autoGen = AutoGenMessage.Read(message)!;
        context.Publish("read", $"{autoGen.Kind} {autoGen.SenderType}/{autoGen.SenderKey} {message.Extensions["agfuture"]}");
    });

    private static Record Message(string type, string kind, params (string Name, string Value)[] more) => new(
        "k"u8.ToArray(),
        """{"text":"Hi."}"""u8.ToArray(),
        RecordHeaders.Create(
        [
            .. new (string Name, string Value)[]
            {
                ("ce_specversion", "1.0"), ("ce_id", "m-1"), ("ce_type", type), ("ce_source", "session-7"), ("content-type", "application/json"),
                ("ce_agmsgkind", kind), ("ce_agagentsendertype", "writer"), ("ce_agagentsenderkey", "w-1"),
            }.Concat(more).Select(header => new RecordHeader(header.Name, header.Value)),
        ]));

    private static async Task AppendAsync(AgentTestHost host, string topic, Record message, int? partition = null, string? id = null)
    {
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Timeout);
        Record record = id is null ? message : message with { Headers = message.Headers.With(new RecordHeader("ce_id", id)) };
        await producer.AppendAsync(new ProducerRecord(topic, record, partition), Timeout);
    }

    private static string TextOf(CloudEvent one) => Encoding.UTF8.GetString(one.Data!.Value.Span);
}
