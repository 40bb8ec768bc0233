using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Tests.Runtime.Failures;

/// <summary>Records that somebody else has put where only the runtime writes, or that the disk has damaged.</summary>
public sealed class PoisonTests
{
    private static void Echo(AgentBuilder agent) => agent.On<Note>("notes", (note, context) => context.Publish("echoes", note));

    [Theory(Timeout = 60_000)]
    [InlineData("not a topic/../..")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("ends-in-nothing-that-fits")]
    public async Task A_record_in_the_inbox_that_lies_about_its_origin_does_not_stop_its_partition(string topic)
    {
        string origin = topic == "ends-in-nothing-that-fits" ? new string('x', 249) : topic;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("echo", Echo, options => options.Partitions = 1));
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: AgentTestHost.Timeout);
        var liar = new Record("k"u8.ToArray(), """{"number":1}"""u8.ToArray(), RecordHeaders.Create(
            new RecordHeader("__forwarded.topic", origin),
            new RecordHeader("__forwarded.channel", "nobody"),
            new RecordHeader("__forwarded.partition", "0"),
            new RecordHeader("__forwarded.offset", "0")));

        await producer.AppendAsync(new ProducerRecord("echo.inbox", liar), AgentTestHost.Timeout);
        await host.AppendAsync("notes", "k", """{"number":2}""");

        await host.ReadRecordsAsync("echo.inbox.dlq", 1);
        (await host.ReadAsync("echoes", 1)).Count.ShouldBe(1);
    }
}
