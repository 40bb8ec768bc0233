using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Tests.Runtime.Failures;

/// <summary>Content types that no specification knows.</summary>
public sealed class OddContentTypeTests
{
    private static readonly byte[][] Odd =
    [
        [],
        [0],
        [0xFF, 0xFE, 0x80],
        .. ((string[])
        [
            "/", ";;;", "\r\n", "json", "application/json; version=", "application/json; version=99999999999999999999.1", "application/json; version=\"1.0",
            "application/json; charset=utf-16", "application/x-nobody-knows", $"application/{new string('x', 200_000)}",
            $"application/json{string.Concat(Enumerable.Repeat(";a=\"\\\"\"", 50_000))}", new string('ü', 100_000),
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    [Fact(Timeout = 60_000)]
    public async Task Whatever_the_content_type_of_an_event_says_it_is_handled_or_parked_and_the_next_one_is_handled()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "reader",
            agent => agent.On<Note>("notes", (note, context) => context.Publish(note.Number == 0 ? "odd" : "done", note)),
            options => options.Partitions = 1));
        await host.Broker.Topics.CreateAsync("odd", new TopicSettings { Partitions = 1 }, AgentTestHost.Timeout);
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: AgentTestHost.Timeout);
        foreach (byte[] contentType in Odd)
        {
            RecordHeaders headers = RecordHeaders.Create(new RecordHeader("content-type", contentType));
            var odd = new Record("k"u8.ToArray(), """{"number":0}"""u8.ToArray()) { Headers = headers };
            await producer.AppendAsync(new ProducerRecord("notes", odd), AgentTestHost.Timeout);
            await host.AppendAsync("notes", "k", """{"number":1}""");
        }

        await host.ReadAsync("done", Odd.Length);

        TopicDescription parked = (await host.Broker.Topics.FindAsync("notes.dlq", AgentTestHost.Timeout)).ShouldNotBeNull();
        TopicDescription handled = (await host.Broker.Topics.FindAsync("odd", AgentTestHost.Timeout)).ShouldNotBeNull();
        (parked.Partitions.Sum(partition => partition.LatestOffset) + handled.Partitions.Sum(partition => partition.LatestOffset)).ShouldBe(Odd.Length);
    }
}
