using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Events;
using Ganglion.Journal;
using Ganglion.Runtime;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Failures;
using Ganglion.State;
using Ganglion.Telemetry;
using Ganglion.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Runtime.Failures;

/// <summary>A broker that takes no dead letter must not stop the partition either.</summary>
public sealed class RefusedLetterTests : IDisposable
{
    private const string Secret = "a secret that is no JSON";

    private readonly LogList _log = new();

    public void Dispose() => _log.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_dead_letter_that_is_too_large_is_parked_without_its_value()
    {
        await using AgentTestHost host = await StartAsync("large", mostBytes: 24 * 1024);

        await host.AppendAsync("notes", "k", new string('x', 100_000));

        Record parked = (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record;
        parked.Value!.Value.Length.ShouldBe(0);
        Encoding.UTF8.GetString(parked.Key!.Value.Span).ShouldBe("k");
        parked.Header("__dlq.errors.value.omitted").ShouldBe("100000");
        parked.Header("__dlq.errors.offset").ShouldBe("0");
        await ShouldGoOnAsync(host);
        _log.Errors.ShouldHaveSingleItem().ShouldContain("is parked");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("k")]
    [InlineData(null)]
    public async Task A_dead_letter_that_is_too_large_without_its_value_is_dropped(string? key)
    {
        using var counted = new Measurements("messaging.consumer.group.name", $"tiny{key}");
        await using AgentTestHost host = await StartAsync($"tiny{key}", mostBytes: 128);

        await host.AppendAsync("notes", key, Secret);

        await ShouldGoOnAsync(host);
        await host.StopAsync(); // An event without a key may be dropped after the other one is handled.
        ShouldTellOfOneDropped("notes-0@0", "record-too-large", counted);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_dead_letter_is_parked_whole_where_only_its_journal_is_refused_and_the_handler_waits_on()
    {
        await using var host = new AgentTestHost();
        await host.Broker.Topics.CreateAsync(
            "asker.journal", new TopicSettings { Partitions = 1, Cleanup = CleanupPolicy.Compact, MaxMessageBytes = 4096 }, AgentTestHost.Timeout);
        await host.RunAsync(ganglion =>
        {
            ganglion.Services.AddSingleton<ILoggerProvider>(_log);
            ganglion.AddAgent("asker", AskForShortText, options => options.Partitions = 1);
        });
        await host.AppendAsync("notes", "k", "7");
        CloudEvent question = (await host.ReadAsync("questions", 1))[0];

        await AnswerAsync(host, question, new string('x', 8192));

        Record parked = (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record;
        Encoding.UTF8.GetString(parked.Value!.Value.Span).ShouldBe("7");
        await AnswerAsync(host, question, "short");
        (await host.ReadAsync("answered", 1)).ShouldHaveSingleItem();
        host.StatusOf("asker").Restarts.ShouldBe(0);
        _log.Errors.Where(error => error.Contains("asker.journal refuses it")).ShouldHaveSingleItem();
        _log.Errors.ShouldAllBe(error => !error.Contains("dropped"));
    }

    [Fact]
    public async Task A_journal_that_is_refused_after_its_letter_is_dropped_with_it_and_leaves_no_mark()
    {
        using var counted = new Measurements("messaging.consumer.group.name", "waiter");
        using var metrics = new AgentMetrics("waiter", meters: null);
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using var journals = new JournalStore(new PartitionReader(broker, new TopicPartition("waiter.journal", 0)));
        var letters = new DeadLetterWriter(new AgentType("waiter"), broker.Topics, metrics, _log);
        Invocation parked = FailedInvocation.Create(
            attempts: 1, new Record(null, Encoding.UTF8.GetBytes(Secret)), new AgentPartition(0, state: null!, timers: null!, journals, suspension: null!, gate: null!));
        letters.Park(parked, new InvalidOperationException("Never."));
        parked.Open = journals.GetOrAdd(new InvocationId(1), "k");
        parked.Open.Committed(offset: 7);
        parked.Open.Records = 2;
        parked.Records!.Add(new ProducerRecord("waiter.journal", new Record(null, new byte[1]), 0));
        parked.JournalRange = new RecordRange(1, 1);
        var refusal = new TopicException("record-keyless", "A compacted topic takes no record without a key.");

        letters.Reduce(parked, refusal);
        letters.Reduce(parked, refusal);

        parked.Records.ShouldBeEmpty();
        parked.JournalRange.IsEmpty.ShouldBeTrue();
        parked.Open.Records.ShouldBe(1);
        ShouldTellOfOneDropped("t-0@0", "record-keyless", counted);
    }

    [Fact]
    public async Task A_dead_letter_that_is_refused_for_anything_but_its_size_is_dropped()
    {
        using var counted = new Measurements("messaging.consumer.group.name", "keyless");
        using var metrics = new AgentMetrics("keyless", meters: null);
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        var letters = new DeadLetterWriter(new AgentType("keyless"), broker.Topics, metrics, _log);
        Invocation parked = FailedInvocation.Create(attempts: 1, new Record(null, Encoding.UTF8.GetBytes(Secret)));
        letters.Park(parked, new InvalidOperationException("Never."));

        letters.Reduce(parked, new TopicException("record-keyless", "A compacted topic takes no record without a key."));

        parked.Records.ShouldBeEmpty();
        parked.DeadLetterTopic.ShouldBeNull();
        ShouldTellOfOneDropped("t-0@0", "record-keyless", counted);
    }

    [Fact]
    public async Task A_dead_letter_that_is_refused_for_its_time_is_parked_without_it()
    {
        using var metrics = new AgentMetrics("timeless", meters: null);
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        var letters = new DeadLetterWriter(new AgentType("timeless"), broker.Topics, metrics, _log);
        var record = new Record(null, Encoding.UTF8.GetBytes(Secret), Timestamp: DateTimeOffset.UnixEpoch.AddYears(1000));
        Invocation parked = FailedInvocation.Create(attempts: 1, record);
        letters.Park(parked, new InvalidOperationException("Never."));

        letters.Reduce(parked, new TopicException("record-refused", "The cluster refuses a record: it lies too far ahead."));

        Record letter = parked.Records.ShouldHaveSingleItem().Record;
        letter.Timestamp.ShouldBe(default);
        letter.Value.ShouldBe(record.Value);
        parked.DeadLetterTopic.ShouldNotBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_topic_of_dead_letters_that_was_deleted_is_made_anew()
    {
        await using AgentTestHost host = await StartAsync("anew", createsTopics: false);
        await host.AppendAsync("notes", "k", "first");
        await host.ReadRecordsAsync("notes.dlq", 1);

        await host.Broker.Topics.DeleteAsync("notes.dlq", AgentTestHost.Timeout);
        await host.AppendAsync("notes", "k", "second");

        (CloudEvent parked, _) = (await host.ReadRecordsAsync("notes.dlq", 1))[0];
        Encoding.UTF8.GetString(parked.Data!.Value.Span).ShouldBe("second");
        _log.Errors.ShouldAllBe(error => error.Contains("is parked"));
    }

    // Handles numbers, and parks all else at once.
    private async Task<AgentTestHost> StartAsync(string agent, int? mostBytes = null, bool createsTopics = true)
    {
        var host = new AgentTestHost(new EmbeddedBrokerOptions { AutoCreateTopics = createsTopics });
        if (mostBytes is not null)
        {
            await host.Broker.Topics.CreateAsync("notes.dlq", new TopicSettings { MaxMessageBytes = mostBytes }, AgentTestHost.Timeout);
        }

        await host.RunAsync(ganglion =>
        {
            ganglion.Services.AddSingleton<ILoggerProvider>(_log);
            ganglion.AddAgent(
                agent,
                handlers => handlers.On<int>("notes", (number, context) => context.Publish("numbers", number)),
                options => options.Partitions = 1);
        });
        return host;
    }

    private static void AskForShortText(AgentBuilder agent) => agent.On<int>("notes", async (number, context) =>
    {
        string answer = await context.AskAsync<string>("questions", number, "answers");
        context.Publish("answered", answer.Length <= 10 ? answer : throw new UnprocessableEventException("too-long", "The answer is too long."));
    });

    private static async Task AnswerAsync(AgentTestHost host, CloudEvent question, string text) => await host.Publisher.PublishAsync(
        "answers",
        new CloudEvent
        {
            Id = $"answer of {text.Length}",
            Source = "/tests",
            Type = "answers",
            CausationId = question.Id,
            DataContentType = "application/json",
            Data = Encoding.UTF8.GetBytes($"\"{text}\""),
        },
        cancellationToken: AgentTestHost.Timeout);

    private static async Task ShouldGoOnAsync(AgentTestHost host)
    {
        await host.AppendAsync("notes", "k", "7");
        (await host.ReadAsync("numbers", 1)).ShouldHaveSingleItem();
    }

    private void ShouldTellOfOneDropped(string origin, string refusal, Measurements counted)
    {
        string error = _log.Errors.Where(error => error.Contains("dropped")).ShouldHaveSingleItem();
        error.ShouldContain(origin);
        _log.Errors.ShouldAllBe(error => !error.Contains(Secret) && !error.Contains("stopped working"));
        Measurements.Measurement dropped = counted.Of("ganglion.events.dropped").ShouldHaveSingleItem();
        dropped.Value.ShouldBe(1);
        dropped.Tags["error.type"].ShouldBe(refusal);
    }
}
