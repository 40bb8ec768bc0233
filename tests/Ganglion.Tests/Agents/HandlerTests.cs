using System.Text;
using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Agents;

/// <summary>What a handler may take and how it is made.</summary>
public sealed class HandlerTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_handler_takes_what_it_asks_for_in_any_order()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion =>
        {
            ganglion.Services.AddSingleton(new Price(7));
            ganglion.AddAgent("clerk", agent => agent.On(
                "orders",
                (CancellationToken cancellationToken, Price price, AgentContext context, Order order, CloudEvent @event) =>
                    context.Publish("sold", $"{order.Id} {price.Amount} {@event.Type} {cancellationToken.CanBeCanceled}")));
        });

        await host.AppendAsync("orders", "k", """{"id":"O-1"}""");

        (await TextAsync(host, "sold")).ShouldBe("\"O-1 7 orders True\"");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_agent_gets_its_services_in_a_scope_that_ends_with_the_event()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion =>
        {
            ganglion.Services.AddScoped<Register>();
            ganglion.AddAgent<Cashier>();
        });

        await host.AppendAsync("orders", "k", """{"id":"O-1"}""");
        await host.AppendAsync("orders", "k", """{"id":"O-2"}""");

        List<CloudEvent> sold = await host.ReadAsync("sold", 2);
        string[] registers = [.. sold.Select(one => Encoding.UTF8.GetString(one.Data!.Value.Span))];
        registers[0].ShouldNotBe(registers[1]);
        Register.Closed.ShouldBeGreaterThanOrEqualTo(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_may_return_a_value_task()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("clerk", agent => agent.On(
            "orders",
            async ValueTask (Order order, AgentContext context) =>
            {
                await Task.Yield();
                context.Publish("sold", order.Id);
            })));

        await host.AppendAsync("orders", "k", """{"id":"O-1"}""");

        (await TextAsync(host, "sold")).ShouldBe("\"O-1\"");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_key_is_the_records_else_the_subject_else_the_id()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("clerk", agent => agent.On(
            "orders", (AgentContext context) => context.Publish("keys", context.Self.Key))));
        var plain = new CloudEvent { Id = "by-id", Source = "/tests", Type = "order" };

        await host.Publisher.PublishAsync("orders", plain, "by-key", AgentTestHost.Timeout);
        await host.Publisher.PublishAsync("orders", plain with { Id = "2", Subject = "by-subject" }, null, AgentTestHost.Timeout);
        await host.Publisher.PublishAsync("orders", plain with { Source = "/others" }, null, AgentTestHost.Timeout);

        (await host.ReadAsync("keys", 3)).Select(one => Encoding.UTF8.GetString(one.Data!.Value.Span))
            .ShouldBe(["\"by-key\"", "\"by-subject\"", "\"by-id\""], ignoreOrder: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_made_by_hand_keeps_what_it_says_and_learns_its_cause()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("clerk", agent => agent.On(
            "orders",
            (CloudEvent order, AgentContext context) => context.Publish(
                "sold", new CloudEvent { Id = "sold-1", Source = "/till", Type = "sale", CorrelationId = "day-1" }, "till"))));

        await host.Publisher.PublishAsync("orders", new Order("O-1"), "k", AgentTestHost.Timeout);

        (CloudEvent sold, Record record) = (await host.ReadRecordsAsync("sold", 1))[0];
        sold.Id.ShouldBe("sold-1");
        sold.Source.ShouldBe("/till");
        sold.Type.ShouldBe("sale");
        sold.CorrelationId.ShouldBe("day-1");
        sold.CausationId.ShouldBe((await host.ReadAsync("orders", 1))[0].Id);
        Encoding.UTF8.GetString(record.Key!.Value.Span).ShouldBe("till");
    }

    private static async Task<string> TextAsync(AgentTestHost host, string topic) =>
        Encoding.UTF8.GetString((await host.ReadAsync(topic, 1))[0].Data!.Value.Span);

    private sealed record Price(int Amount);

    internal sealed class Register : IDisposable
    {
        private static int _closed;

        public static int Closed => Volatile.Read(ref _closed);

        public Guid Id { get; } = Guid.NewGuid();

        public void Dispose() => Interlocked.Increment(ref _closed);
    }

    [Agent("cashier")]
    internal sealed class Cashier(Register register) : Agent
    {
        [On("orders")]
        public void Sell(Order order, AgentContext context) => context.Publish("sold", $"{order.Id} {register.Id}");
    }
}
