using System.Text;
using System.Threading.Channels;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Kafka.Tests.Conformance;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Tests;

/// <summary>Producers whose clocks are wrong by decades, each in another direction.</summary>
public sealed class ClockSkewTests
{
    private static readonly DateTimeOffset[] Clocks =
    [
        new(2099, 12, 31, 23, 59, 59, TimeSpan.Zero),
        new(1970, 1, 2, 0, 0, 0, TimeSpan.Zero),
        TimeProvider.System.GetUtcNow(),
        new(2001, 9, 9, 0, 0, 0, TimeSpan.Zero),
    ];

    private readonly Channel<string> _handled = Channel.CreateUnbounded<string>();
    private readonly string _agent = $"noter.{Guid.NewGuid():N}";
    private readonly string _channel = $"notes.{Guid.NewGuid():N}";

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    private static KafkaBrokerOptions Options => new() { BootstrapServers = TestCluster.BootstrapServers };

    [Fact(Timeout = 120_000)]
    public async Task Events_are_handled_once_and_in_order_and_delays_end_whatever_the_clocks_of_their_producers_say()
    {
        await using KafkaBroker broker = KafkaBroker.Open(Options);
        await broker.Topics.CreateAsync(
            _channel, new TopicSettings { Partitions = 8, Retention = System.Threading.Timeout.InfiniteTimeSpan }, Timeout);
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);

        using (IHost first = await StartAsync())
        {
            await AppendAsync(producer, 0, Clocks.Length);
            List<string> handled = await HandledAsync(2 * Clocks.Length);
            handled.Where(note => note.StartsWith("begun", StringComparison.Ordinal)).ShouldBe(["begun 0", "begun 1", "begun 2", "begun 3"]);
            handled.Where(note => note.StartsWith("ended", StringComparison.Ordinal)).ShouldBe(["ended 0", "ended 1", "ended 2", "ended 3"], ignoreOrder: true);
            await first.StopAsync(Timeout);
        }

        // The same events again: whoever has sent them did not hear that they had arrived.
        using IHost second = await StartAsync();
        await AppendAsync(producer, 0, Clocks.Length + 1);

        (await HandledAsync(2)).ShouldBe(["begun 4", "ended 4"]);
        await second.StopAsync(Timeout);
    }

    private async Task AppendAsync(IEventProducer producer, int from, int to)
    {
        for (int number = from; number < to; number++)
        {
            DateTimeOffset clock = Clocks[number % Clocks.Length];
            var record = new Record(Encoding.UTF8.GetBytes("k"), Encoding.UTF8.GetBytes($"{number}"))
            {
                Timestamp = clock,
                Headers = RecordHeaders.Create(
                    new RecordHeader("ce_specversion", "1.0"),
                    new RecordHeader("ce_id", $"{number}"),
                    new RecordHeader("ce_source", "/clocks"),
                    new RecordHeader("ce_type", _channel),
                    new RecordHeader("ce_time", clock.ToString("O")),
                    new RecordHeader("content-type", "application/json")),
            };
            await producer.AppendAsync(new ProducerRecord(_channel, record), Timeout);
        }
    }

    private async Task<IHost> StartAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => ganglion.UseKafka(Options).AddAgent(
            _agent,
            agent => agent.On(_channel, async (int number, AgentContext context) =>
            {
                await context.RunAsync("begin", _ => _handled.Writer.WriteAsync($"begun {number}").AsTask());
                await context.DelayAsync(TimeSpan.FromMilliseconds(300));
                await context.RunAsync("end", _ => _handled.Writer.WriteAsync($"ended {number}").AsTask());
            })));
        IHost host = builder.Build();
        await host.StartAsync(Timeout);
        return host;
    }

    private async Task<List<string>> HandledAsync(int count)
    {
        var handled = new List<string>();
        while (handled.Count < count)
        {
            handled.Add(await _handled.Reader.ReadAsync(Timeout));
        }

        return handled;
    }
}
