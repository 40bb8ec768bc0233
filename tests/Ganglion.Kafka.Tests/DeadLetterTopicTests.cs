using System.Text;
using System.Threading.Channels;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Hosting;
using Ganglion.Kafka.Tests.Requests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Tests;

/// <summary>Dead letters on a cluster that has no topic for them yet.</summary>
public sealed class DeadLetterTopicTests
{
    private const short PolicyViolation = 44;

    private readonly Channel<string> _handled = Channel.CreateUnbounded<string>();

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Theory(Timeout = 120_000)]
    [InlineData(0)]
    [InlineData(1)] // It may not be as agents want it.
    [InlineData(4)] // Nor as topics are by default, for a while.
    public async Task What_cannot_be_handled_is_parked_however_often_the_cluster_refuses_the_topic_for_it(int refusals)
    {
        await using RefusingCluster cluster = await RefusingCluster.StartAsync();
        using IHost host = await StartAsync(cluster);
        await PublishAsync(host, "good");
        (await _handled.Reader.ReadAsync(Timeout)).ShouldBe("good");

        cluster.RefuseNext(RefusingCluster.CreateTopics, "note.dlq", [.. Enumerable.Repeat(PolicyViolation, refusals)]);
        await PublishAsync(host, "bad");
        await PublishAsync(host, "better");

        (await _handled.Reader.ReadAsync(Timeout)).ShouldBe("better");
        while (await cluster.Embedded.Topics.FindAsync("note.dlq", Timeout) is not { Partitions: var partitions } || partitions.Sum(partition => partition.LatestOffset) == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), Timeout);
        }

        Encoding.UTF8.GetString((await ReadLetterAsync(cluster)).Value!.Value.Span).ShouldBe("\"bad\"");
        TopicSettings settings = (await cluster.Embedded.Topics.FindAsync("note.dlq", Timeout))!.Settings;
        settings.Retention.ShouldBe(refusals == 1 ? TimeSpan.FromDays(7) : System.Threading.Timeout.InfiniteTimeSpan);
        await host.StopAsync(Timeout);
    }

    private async Task<IHost> StartAsync(RefusingCluster cluster)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => ganglion
            .UseKafka(new KafkaBrokerOptions { BootstrapServers = cluster.BootstrapServers })
            .AddAgent(
                "noter",
                agent => agent.On("note", (string note, AgentContext _) =>
                {
                    if (note == "bad")
                    {
                        throw new InvalidOperationException("It is bad.");
                    }

                    _handled.Writer.TryWrite(note);
                }),
                options => options.Retries = 0));
        IHost host = builder.Build();
        await host.StartAsync(Timeout);
        return host;
    }

    private static async Task PublishAsync(IHost host, string note) =>
        await host.Services.GetRequiredService<IEventPublisher>().PublishAsync("note", note, key: "k", cancellationToken: Timeout);

    private static async Task<Record> ReadLetterAsync(RefusingCluster cluster)
    {
        await using IEventReader reader = await cluster.Embedded.CreateReaderAsync(
            new ReaderOptions
            {
                From = (await cluster.Embedded.Topics.FindAsync("note.dlq", Timeout))!.Partitions.ToDictionary(
                    partition => new TopicPartition("note.dlq", partition.Partition), _ => OffsetPosition.Earliest),
            },
            Timeout);
        return (await reader.ReadAsync(Timeout)).Records[0].Record;
    }
}
