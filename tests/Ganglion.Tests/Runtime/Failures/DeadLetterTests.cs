using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Tests.Runtime.Failures;

public sealed class DeadLetterTests
{
    private static void ParkOdd(AgentBuilder agent) => agent.On<Note>("notes", (note, context) =>
    {
        if (note.Number % 2 == 1)
        {
            throw new InvalidOperationException($"{note.Number} is odd.");
        }

        context.Publish("even", note);
    });

    private static void Impatient(AgentOptions options)
    {
        options.Retries = 2;
        options.RetryDelay = TimeSpan.FromMilliseconds(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_whose_handler_throws_again_and_again_is_parked_with_its_cause()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("picky", ParkOdd, Impatient));

        TopicPartitionOffset at = await host.AppendAsync("notes", "k", """{"number":7}""");

        Record parked = (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record;
        Encoding.UTF8.GetString(parked.Key!.Value.Span).ShouldBe("k");
        Encoding.UTF8.GetString(parked.Value!.Value.Span).ShouldBe("""{"number":7}""");
        parked.Header("__dlq.errors.topic").ShouldBe("notes");
        parked.Header("__dlq.errors.partition").ShouldBe($"{at.Partition.Partition}");
        parked.Header("__dlq.errors.offset").ShouldBe($"{at.Offset}");
        parked.Header("__dlq.errors.group").ShouldBe("picky");
        parked.Header("__dlq.errors.delivery.count").ShouldBe("3");
        parked.Header("__dlq.errors.message").ShouldBe("7 is odd.");
        parked.Header("__dlq.errors.exception.class.name").ShouldBe("System.InvalidOperationException");
        parked.Header("__dlq.errors.exception.stacktrace")!.ShouldContain(nameof(ParkOdd));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_poison_event_does_not_stop_its_partition_nor_its_key()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("picky", ParkOdd, Impatient));

        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.AppendAsync("notes", "k", """{"number":2}""");

        CloudEvent even = (await host.ReadAsync("even", 1))[0];
        Encoding.UTF8.GetString(even.Data!.Value.Span).ShouldBe("""{"number":2}""");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_headers_of_the_original_are_kept()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("picky", ParkOdd, Impatient));
        await host.Publisher.PublishAsync("notes", new Note(1), "k", AgentTestHost.Timeout);

        CloudEvent original = (await host.ReadAsync("notes", 1))[0];
        CloudEvent parked = (await host.ReadAsync("notes.dlq", 1))[0];

        parked.ShouldBe(original);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("no JSON at all")]
    [InlineData("{\"number\":")]
    [InlineData("{\"number\":\"seven\"}")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    public async Task Data_of_the_wrong_shape_is_parked_at_once(string data)
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("picky", ParkOdd));

        await host.AppendAsync("notes", "k", data);

        Record parked = (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record;
        parked.Header("__dlq.errors.delivery.count").ShouldBe("1");
        parked.Header("__dlq.errors.exception.class.name").ShouldBe("Ganglion.Events.EventDataException");
    }

    [Fact(Timeout = 60_000)]
    public async Task Huge_nesting_is_parked_at_once()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("picky", ParkOdd));

        await host.AppendAsync("notes", "k", new string('[', 10_000));

        (await host.ReadRecordsAsync("notes.dlq", 1)).Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_malformed_event_is_parked_at_once()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("picky", ParkOdd));
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: AgentTestHost.Timeout);
        var malformed = new Record(
            "k"u8.ToArray(), """{"number":2}"""u8.ToArray(), RecordHeaders.Create(new RecordHeader("ce_specversion", "1.0")));

        await producer.AppendAsync(new ProducerRecord("notes", malformed), AgentTestHost.Timeout);
        await host.AppendAsync("notes", "k", """{"number":4}""");

        await host.ReadAsync("even", 1);
        Record parked = await ReadRawAsync(host, "notes.dlq");
        parked.Header("__dlq.errors.message")!.ShouldContain("ce_id");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_that_its_handler_calls_hopeless_is_not_tried_again()
    {
        int attempts = 0;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("picky", agent => agent
            .On<Note>("notes", (_, _) =>
            {
                attempts++;
                throw new UnprocessableEventException("The amount is absurd.");
            })));

        await host.AppendAsync("notes", "k", """{"number":1}""");

        await host.ReadAsync("notes.dlq", 1);
        attempts.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_the_key_of_the_failing_event_waits_for_the_retry()
    {
        var time = new ManualTime();
        var order = new List<string>();
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddAgent(
                "patient",
                agent => agent.On<Note>("notes", (note, context) =>
                {
                    if (note.Number == 1 && context.Attempt == 1)
                    {
                        throw new InvalidOperationException("Later.");
                    }

                    order.Add($"{context.Self.Key}{note.Number}");
                    context.Publish("done", note);
                }),
                options =>
                {
                    options.Partitions = 1;
                    options.RetryDelay = TimeSpan.FromSeconds(10);
                }),
            time);

        await host.AppendAsync("notes", "a", """{"number":1}""");
        await host.AppendAsync("notes", "a", """{"number":2}""");
        await host.AppendAsync("notes", "b", """{"number":3}""");
        await host.ReadAsync("done", 1);
        order.ShouldBe(["b3"]);
        await time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(12));
        time.Advance(TimeSpan.FromSeconds(12));

        await host.ReadAsync("done", 3);
        order.ShouldBe(["b3", "a1", "a2"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_exception_that_cannot_be_told_is_parked_like_any_other()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "mute", agent => agent.On<Note>("notes", (_, _) => throw new MuteException()), Impatient));

        await host.AppendAsync("notes", "k", """{"number":1}""");

        Record parked = (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record;
        parked.Header("__dlq.errors.message")!.ShouldContain(nameof(MuteException));
    }

    [Fact(Timeout = 60_000)]
    public async Task Events_of_a_topic_with_the_highest_limit_can_be_parked()
    {
        await using var host = new AgentTestHost();
        await host.Broker.Topics.CreateAsync("notes", new TopicSettings { MaxMessageBytes = 512 * 1024 * 1024 }, AgentTestHost.Timeout);
        await host.RunAsync(ganglion => ganglion.AddAgent("picky", ParkOdd, Impatient));

        await host.AppendAsync("notes", "k", """{"number":1}""");

        (await host.ReadRecordsAsync("notes.dlq", 1)).ShouldHaveSingleItem();
    }

    private static async Task<Record> ReadRawAsync(AgentTestHost host, string topic)
    {
        TopicDescription description = (await host.Broker.Topics.FindAsync(topic, AgentTestHost.Timeout))!;
        await using IEventReader reader = await host.Broker.CreateReaderAsync(
            new ReaderOptions
            {
                From = description.Partitions.ToDictionary(partition => new TopicPartition(topic, partition.Partition), _ => OffsetPosition.Earliest),
            },
            AgentTestHost.Timeout);
        return (await reader.ReadAsync(AgentTestHost.Timeout)).Records[0].Record;
    }

    private sealed class MuteException : Exception
    {
        public override string Message => throw new NotSupportedException();

        public override string ToString() => throw new NotSupportedException();
    }
}
