using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.Actors;

/// <summary>Agents whose far side is a program that reads a topic and writes another.</summary>
public sealed class ProxyAgentTests
{
    [EventType("price.asked")]
    public sealed record Question(string Article);

    private static CancellationToken Timeout => AgentTestHost.Timeout;

    private static AgentId Id(string key) => new(new AgentType("prices"), key);

    private static IAgentRuntime RuntimeOf(IHost host) => host.Services.GetRequiredService<IAgentRuntime>();

    private static void Configure(GanglionBuilder ganglion) => ganglion.AddProxyAgent("prices", requests: "prices.in", replies: "prices.out");

    [Theory(Timeout = 60_000)]
    [InlineData("ce_causationid")]
    [InlineData("ce_correlationid")]
    public async Task A_program_that_names_the_request_or_echoes_its_conversation_is_an_agent(string header)
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Configure);
        Task<string?> asking = RuntimeOf(host.Host).SendMessageAsync<string>(new Question("ink"), Id("shop/1"), cancellationToken: Timeout).AsTask();

        (CloudEvent request, Record record) = (await host.ReadRecordsAsync("prices.in", 1))[0];
        Encoding.UTF8.GetString(record.Key!.Value.Span).ShouldBe("shop/1");
        request.Type.ShouldBe("price.asked");
        request.CorrelationId.ShouldBe(request.Id);
        Encoding.UTF8.GetString(request.Data!.Value.Span).ShouldBe("""{"article":"ink"}""");
        request.Extensions.ShouldBeEmpty();
        await ReplyAsync(host, "price.found", header, "somebody-elses", "\"0.00\"");
        await ReplyAsync(host, "price.found", header, request.Id, "\"9.50\"");
        await ReplyAsync(host, "price.found", header, request.Id, "\"1.00\"");

        (await asking).ShouldBe("9.50");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failure_of_the_far_side_comes_back_as_a_typed_error()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Configure);
        Task asking = RuntimeOf(host.Host).SendMessageAsync("", Id("shop"), "restock", cancellationToken: Timeout).AsTask();
        CloudEvent request = (await host.ReadAsync("prices.in", 1))[0];

        await ReplyAsync(
            host, "agent_request_failed", "ce_causationid", request.Id, """{"type":"OutOfStock","message":"There is none.","code":"out-of-stock"}""");

        RequestFailedException failed = await Should.ThrowAsync<RequestFailedException>(() => asking);
        failed.Reason.ShouldBe("out-of-stock");
        failed.Message.ShouldContain("There is none.");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_request_of_an_agent_to_a_far_side_survives_the_process()
    {
        await using var host = new AgentTestHost();
        void ConfigureBoth(GanglionBuilder ganglion)
        {
            Configure(ganglion);
            ganglion.AddAgent("buyer", agent => agent.On("orders", async (AgentContext context) =>
                context.Publish("bought", await context.SendMessageAsync<string>(new Question("ink"), Id("shop")))));
        }

        await host.RunAsync(ConfigureBoth);
        await host.AppendAsync("orders", "k", "{}");
        CloudEvent request = (await host.ReadAsync("prices.in", 1))[0];
        await host.KillAsync();
        await ReplyAsync(host, "price.found", "ce_causationid", request.Id, "\"9.50\"");

        await host.RunAsync(ConfigureBoth);

        Encoding.UTF8.GetString((await host.ReadAsync("bought", 1))[0].Data!.Value.Span).ShouldBe("\"9.50\"");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_message_that_awaits_no_reply_lies_on_the_far_side_as_it_is()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion =>
        {
            Configure(ganglion);
            ganglion.AddAgent("teller", agent => agent.On("news", (AgentContext context) => context.Send(Id("shop"), "told", 7)));
        });

        await host.AppendAsync("news", "k", "{}");

        CloudEvent told = (await host.ReadAsync("prices.in", 1))[0];
        told.Type.ShouldBe("told");
        Encoding.UTF8.GetString(told.Data!.Value.Span).ShouldBe("7");
    }

    [Fact]
    public async Task A_proxy_of_impossible_topics_does_not_start()
    {
        await using var host = new AgentTestHost();

        AgentDefinitionException exception = await Should.ThrowAsync<AgentDefinitionException>(() => host.RunAsync(ganglion => ganglion
            .AddProxyAgent("a b", "no topic", "fine").AddProxyAgent("same", "same", "same")));

        exception.Faults.Count.ShouldBe(3);
    }

    // As a program would that knows Kafka and nothing else.
    private static async Task ReplyAsync(AgentTestHost host, string type, string header, string id, string data)
    {
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Timeout);
        var headers = default(RecordHeaders).With(
            new RecordHeader("ce_specversion", "1.0"),
            new RecordHeader("ce_id", Guid.NewGuid().ToString()),
            new RecordHeader("ce_source", "/far-side"),
            new RecordHeader("ce_type", type),
            new RecordHeader("content-type", "application/json"),
            new RecordHeader(header, id));
        await producer.AppendAsync(new ProducerRecord("prices.out", new Record(null, Encoding.UTF8.GetBytes(data), headers)), Timeout);
    }
}
