using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Tests;

public sealed class AgentTests(MockCluster cluster) : IClassFixture<MockCluster>
{
    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task An_agent_handles_events_remembers_and_publishes_as_on_the_embedded_broker()
    {
        using IHost host = await StartAsync(ganglion => ganglion.AddAgent("counter", agent => agent.On(
            "word",
            static (string word, AgentContext context) =>
            {
                int count = context.GetState<int>() + 1;
                context.SetState(count);
                context.Publish("counted", $"{context.Self.Key} {word} {count}");
            })));
        IEventPublisher publisher = host.Services.GetRequiredService<IEventPublisher>();

        for (int i = 0; i < 100; i++)
        {
            await publisher.PublishAsync("word", $"{i / 10}", key: $"{i % 10}", cancellationToken: Timeout);
        }

        List<string> counted = await ReadAsync(host, "counted", 100);
        foreach (IGrouping<string, string> instance in counted.GroupBy(text => text.Split(' ')[0]))
        {
            // In order for each key, each exactly once.
            instance.ShouldBe(Enumerable.Range(0, 10).Select(n => $"{instance.Key} {n} {n + 1}"));
        }

        await host.StopAsync(Timeout);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_request_is_answered_and_a_handler_that_waits_goes_on()
    {
        using IHost host = await StartAsync(ganglion => ganglion
            .AddAgent("adder", agent => agent.OnRequest("add", static (int number, AgentContext _) => number + 1))
            .AddAgent("caller", agent => agent.On(
                "begin",
                static async (int number, AgentContext context) =>
                {
                    int first = await context.CallAsync<int>(new AgentId(new AgentType("adder"), "a"), "add", number);
                    int second = await context.CallAsync<int>(new AgentId(new AgentType("adder"), "b"), "add", first);
                    context.Publish("done", $"{second}");
                })));

        await host.Services.GetRequiredService<IEventPublisher>().PublishAsync("begin", 40, key: "k", cancellationToken: Timeout);

        (await ReadAsync(host, "done", 1)).ShouldBe(["42"]);
        await host.StopAsync(Timeout);
    }

    private async Task<IHost> StartAsync(Action<GanglionBuilder> configure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => configure(ganglion.UseKafka(MockBroker.OptionsFor(cluster))));
        IHost host = builder.Build();
        await host.StartAsync(Timeout);
        return host;
    }

    private static async Task<List<string>> ReadAsync(IHost host, string topic, int count)
    {
        IEventBroker broker = host.Services.GetRequiredService<IEventBroker>();
        while (await broker.Topics.FindAsync(topic, Timeout) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Timeout);
        }

        TopicDescription description = (await broker.Topics.FindAsync(topic, Timeout))!;
        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions
            {
                From = description.Partitions.ToDictionary(one => new TopicPartition(topic, one.Partition), _ => OffsetPosition.Earliest),
            },
            Timeout);
        var texts = new List<string>();
        while (texts.Count < count)
        {
            texts.AddRange((await reader.ReadAsync(Timeout)).Records.Select(record => Encoding.UTF8.GetString(record.Record.Value!.Value.Span).Trim('"')));
        }

        return texts;
    }
}
