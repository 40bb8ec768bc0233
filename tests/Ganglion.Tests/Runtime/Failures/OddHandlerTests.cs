using System.Collections.Concurrent;
using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Runtime.Failures;

/// <summary>Handlers that throw, hang or leak in ways that nobody should.</summary>
public sealed class OddHandlerTests
{
    private static readonly Dictionary<string, Func<Task>> Oddities = new()
    {
        ["cancelled"] = () => throw new OperationCanceledException(),
        ["cancelled task"] = () => Task.FromCanceled(new CancellationToken(canceled: true)),
        ["null"] = () => throw null!,
        ["no task"] = () => NoTask!,
        ["several"] = () => Task.WhenAll(Task.FromException(new IOException("one")), Task.FromException(new IOException("two"))),
        ["out of stack"] = () => throw new InsufficientExecutionStackException(),
        ["fenced"] = () => throw new FencedException("fenced", "As the broker would say it."),
        ["topic"] = () => throw new TopicException("topic-not-found", "As the broker would say it."),
        ["too large"] = () => throw new RecordTooLargeException("record-too-large", "As the broker would say it."),
        ["long"] = () => throw new InvalidOperationException(new string('x', 5_000_000)),
        ["no text"] = () => throw new InvalidOperationException("\ud800 \0 \r\n \e[2J"),
    };

    private static Task? NoTask => null;

    public static TheoryData<string, bool> Throwing => [.. from oddity in Oddities.Keys from isJournaled in (bool[])[false, true] select (oddity, isJournaled)];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Throwing))]
    public async Task Whatever_a_handler_throws_its_event_is_parked_and_the_next_one_is_handled(string oddity, bool isJournaled)
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "odd",
            agent => agent.On<Note>("notes", (note, context) => note.Number > 0 ? EchoAsync(note, context)
                : isJournaled ? ThrowBehindAnEffectAsync(oddity, context)
                : Oddities[oddity]()),
            options => options.Retries = 0));

        await host.AppendAsync("notes", "k", """{"number":0}""");
        await host.AppendAsync("notes", "k", """{"number":1}""");

        await host.ReadAsync("notes.dlq", 1);
        (await TextsAsync(host, 1)).ShouldBe(["1"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("create")]
    [InlineData("dispose")]
    [InlineData("dispose later")]
    public async Task An_agent_whose_object_cannot_be_made_or_disposed_of_parks_its_event_and_goes_on(string fault)
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion =>
        {
            ganglion.Services.AddSingleton(new ConcurrentQueue<string>([fault]));
            ganglion.AddAgent<Fragile>(options => options.Retries = 0);
        });

        await host.AppendAsync("notes", "k", """{"number":0}""");
        await host.ReadAsync("notes.dlq", 1);
        await host.AppendAsync("notes", "k", """{"number":1}""");

        (await TextsAsync(host, 1)).ShouldBe(["1"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_effect_that_never_returns_is_given_up_and_what_it_returns_later_changes_nothing()
    {
        var time = new ManualTime();
        var begun = new TaskCompletionSource();
        var late = new TaskCompletionSource<int>();
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddAgent(
                "patient",
                agent => agent.On<Note>("notes", async (note, context) =>
                {
                    int result = await context.RunAsync("effect", _ =>
                    {
                        begun.TrySetResult();
                        return note.Number == 0 ? late.Task : Task.FromResult(note.Number);
                    });
                    context.Publish("echoes", result);
                }),
                options => (options.Retries, options.HandlerTimeout) = (0, TimeSpan.FromSeconds(30))),
            time);

        await host.AppendAsync("notes", "k", """{"number":0}""");
        await begun.Task;
        await time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromSeconds(30));
        Record parked = (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record;
        late.SetResult(0);
        await host.AppendAsync("notes", "k", """{"number":1}""");

        parked.Header("__dlq.errors.exception.class.name").ShouldBe(typeof(HandlerTimeoutException).FullName);
        (await TextsAsync(host, 1)).ShouldBe(["1"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_tasks_publish_that_a_handler_leaves_behind_counts_until_it_is_over_and_not_later()
    {
        const int Tasks = 8;
        var begun = new CountdownEvent(Tasks);
        var published = new List<Task<int>>();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("leaky", agent => agent
            .On<Note>("notes", (_, context) =>
            {
                published.AddRange(Enumerable.Range(0, Tasks).Select(_ => Task.Run(() => PublishWhileItLasts(context, begun))));
                begun.Wait(AgentTestHost.Timeout);
            })));

        await host.AppendAsync("notes", "k", """{"number":0}""");
        await host.ReadAsync("echoes", Tasks);
        int counted = (await Task.WhenAll(published)).Sum();

        // What comes behind them shows that there are no more.
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: AgentTestHost.Timeout);
        await producer.AppendAsync(new ProducerRecord("echoes", new Record("k"u8.ToArray(), "1"u8.ToArray())), AgentTestHost.Timeout);
        (await TextsAsync(host, counted + 1)).Count(text => text == "0").ShouldBe(counted);
    }

    private static async Task EchoAsync(Note note, AgentContext context)
    {
        await Task.CompletedTask;
        context.Publish("echoes", note.Number);
    }

    private static async Task ThrowBehindAnEffectAsync(string oddity, AgentContext context)
    {
        await context.RunAsync("effect", _ => Task.FromResult(1));
        await Oddities[oddity]();
    }

    private static int PublishWhileItLasts(AgentContext context, CountdownEvent begun)
    {
        int count = 0;
        try
        {
            while (true)
            {
                context.Publish("echoes", 0);
                if (++count == 1)
                {
                    begun.Signal();
                }
            }
        }
        catch (InvalidOperationException)
        {
            return count;
        }
    }

    private static async Task<IEnumerable<string>> TextsAsync(AgentTestHost host, int count) =>
        (await host.ReadAsync("echoes", count)).Select(one => Encoding.UTF8.GetString(one.Data!.Value.Span));

    [Agent("fragile")]
    public sealed class Fragile : Agent, IAsyncDisposable
    {
        private readonly string _fault;

        public Fragile(ConcurrentQueue<string> faults)
        {
            _fault = faults.TryDequeue(out string? fault) ? fault : "";
            if (_fault == "create")
            {
                throw new IOException("It cannot be made.");
            }
        }

        [On("notes")]
        public void Echo(Note note, AgentContext context) => context.Publish("echoes", note.Number);

        public async ValueTask DisposeAsync()
        {
            if (_fault == "dispose later")
            {
                await Task.Yield();
            }

            if (_fault.Length > 0)
            {
                throw new IOException("It cannot be disposed of.");
            }
        }
    }
}
