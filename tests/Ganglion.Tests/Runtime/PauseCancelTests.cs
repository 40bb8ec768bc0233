using System.Collections.Concurrent;
using Ganglion.Agents;
using Ganglion.Routes;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Runtime;

/// <summary>A pause that cancels what is in hand. No agent here may try anything again: what counted as an attempt would be parked.</summary>
public sealed class PauseCancelTests : IDisposable
{
    private const int Keys = 10;

    private static readonly PauseTarget Worker = PauseTarget.OfAgent("worker");

    private readonly ConcurrentQueue<(string Key, int Number, int Attempt)> _handled = new();
    private readonly TaskCompletionSource _mayGoOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _begun = new(0);

    private static CancellationToken Timeout => AgentTestHost.Timeout;

    public void Dispose() => _begun.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData("agent:worker")]
    [InlineData("channel:notes")]
    [InlineData("all")]
    public async Task What_is_in_hand_goes_back_and_is_handled_anew_in_its_order(string target)
    {
        PauseTarget.TryParse(target, out PauseTarget paused).ShouldBeTrue();
        await using AgentTestHost host = await StartAsync(async (note, context) =>
        {
            await WaitAsync(note, context);
            _handled.Enqueue((context.Self.Key, note.Number, context.Attempt));
        });
        await PublishAsync(host, 3);
        await WhenBegunAsync(Keys);

        Pause pause = await PausesOf(host).PauseAsync(paused, cancelWork: true, cancellationToken: Timeout);
        _mayGoOn.SetResult();
        await PausesOf(host).ResumeAsync(paused, cancellationToken: Timeout);
        await host.ReadAsync("done", 3 * Keys);
        await host.StopAsync();

        pause.CancelsWork.ShouldBeTrue();
        foreach (IGrouping<string, (string Key, int Number, int Attempt)> key in _handled.GroupBy(one => one.Key))
        {
            key.Select(one => (one.Number, one.Attempt)).ShouldBe([(0, 1), (1, 1), (2, 1)]);
        }

        _handled.Count.ShouldBe(3 * Keys);
        (await CountAsync(host, "done")).ShouldBe(3 * Keys);
        (await CountAsync(host, "notes.dlq")).ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Effects_that_are_on_the_log_are_not_done_again_and_one_that_was_cancelled_is()
    {
        int charged = 0;
        var cancelled = new TaskCompletionSource();
        var keys = new ConcurrentQueue<string>();
        await using AgentTestHost host = await StartAsync(async (note, context) =>
        {
            await context.RunAsync("charge", _ => Task.FromResult(Interlocked.Increment(ref charged)));
            await context.RunAsync("ship", async effect =>
            {
                keys.Enqueue(effect.IdempotencyKey);
                _begun.Release();
                try
                {
                    await _mayGoOn.Task.WaitAsync(effect.CancellationToken);
                }
                catch (OperationCanceledException exception)
                {
                    cancelled.SetResult();
                    throw new IOException("The connection was closed, as many clients say it.", exception);
                }
            });
            context.Publish("done", note);
        });
        await host.Publisher.PublishAsync("notes", new Note(0), "k", Timeout);
        await WhenBegunAsync(1);

        await PausesOf(host).PauseAsync(Worker, cancelWork: true, cancellationToken: Timeout);
        await cancelled.Task;
        _mayGoOn.SetResult();
        await PausesOf(host).ResumeAsync(Worker, cancellationToken: Timeout);
        await host.ReadAsync("done", 1);

        charged.ShouldBe(1);
        keys.Count.ShouldBe(2);
        keys.Distinct().ShouldHaveSingleItem();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_effect_that_does_not_heed_its_token_is_waited_for_and_recorded()
    {
        int done = 0;
        await using AgentTestHost host = await StartAsync(async (note, context) =>
        {
            await context.RunAsync("charge", async _ =>
            {
                _begun.Release();
                await _mayGoOn.Task;
                Interlocked.Increment(ref done);
            });
            context.Publish("done", note);
        });
        await host.Publisher.PublishAsync("notes", new Note(0), "k", Timeout);
        await WhenBegunAsync(1);

        await PausesOf(host).PauseAsync(Worker, cancelWork: true, cancellationToken: Timeout);
        await PausesOf(host).ResumeAsync(Worker, cancellationToken: Timeout);
        _mayGoOn.SetResult();
        await host.ReadAsync("done", 1);

        done.ShouldBe(1);
        (await CountAsync(host, "done")).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_makes_nothing_of_being_cancelled_is_called_anew_nevertheless()
    {
        int calls = 0;
        await using AgentTestHost host = await StartAsync(async (note, context) =>
        {
            bool isFirst = Interlocked.Increment(ref calls) == 1;
            _begun.Release();
            await Task.WhenAny(isFirst ? Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, context.CancellationToken) : Task.CompletedTask);
            context.Publish("done", new Note(calls));
        });
        await host.Publisher.PublishAsync("notes", new Note(0), "k", Timeout);
        await WhenBegunAsync(1);

        await PausesOf(host).PauseAsync(Worker, cancelWork: true, cancellationToken: Timeout);
        await PausesOf(host).ResumeAsync(Worker, cancellationToken: Timeout);

        (await host.ReadAsync("done", 1)).ShouldHaveSingleItem().Data!.Value.ToArray().ShouldBe("""{"number":2}"""u8.ToArray());
        (await CountAsync(host, "done")).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_middleware_makes_of_it_does_not_count()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddMiddleware<Swallow>()
            .AddAgent("worker", agent => agent.On<Note>("notes", WaitAsync), options => options.Retries = 0));
        await host.Publisher.PublishAsync("notes", new Note(0), "k", Timeout);
        await WhenBegunAsync(1);

        await PausesOf(host).PauseAsync(Worker, cancelWork: true, cancellationToken: Timeout);
        _mayGoOn.SetResult();
        await PausesOf(host).ResumeAsync(Worker, cancellationToken: Timeout);

        await host.ReadAsync("done", 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Unless_it_is_cancelled_what_is_in_hand_finishes_and_that_can_be_decided_later()
    {
        int calls = 0;
        await using AgentTestHost host = await StartAsync(async (note, context) =>
        {
            _begun.Release();
            bool waits = note.Number == 1 && Interlocked.Increment(ref calls) == 1;
            await (waits ? Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, context.CancellationToken) : _mayGoOn.Task);
            context.Publish("done", note);
        });
        await host.Publisher.PublishAsync("notes", new Note(0), "finishes", Timeout);
        await host.Publisher.PublishAsync("notes", new Note(1), "waits", Timeout);
        await WhenBegunAsync(2);
        Pause pause = await PausesOf(host).PauseAsync(Worker, by: "maria", cancellationToken: Timeout);
        _mayGoOn.SetResult();
        await host.ReadAsync("done", 1);

        Pause cancelling = await PausesOf(host).PauseAsync(Worker, by: "otto", cancelWork: true, cancellationToken: Timeout);
        await PausesOf(host).ResumeAsync(Worker, cancellationToken: Timeout);

        pause.CancelsWork.ShouldBeFalse();
        cancelling.CancelsWork.ShouldBeTrue();
        await host.ReadAsync("done", 2);
        calls.ShouldBe(2);
    }

    private static Pauses PausesOf(AgentTestHost host) => host.Host.Services.GetRequiredService<Pauses>();

    private static Task<AgentTestHost> StartAsync(Func<Note, AgentContext, Task> handler) => AgentTestHost.StartAsync(ganglion => ganglion
        .AddAgent("worker", agent => agent.On("notes", handler), options => options.Retries = 0));

    private static async Task PublishAsync(AgentTestHost host, int each)
    {
        for (int number = 0; number < each; number++)
        {
            await Task.WhenAll(Enumerable.Range(0, Keys).Select(key => host.Publisher.PublishAsync("notes", new Note(number), $"key-{key}", Timeout).AsTask()));
        }
    }

    private static async Task<long> CountAsync(AgentTestHost host, string topic) =>
        (await host.Broker.Topics.FindAsync(topic, Timeout))?.Partitions.Sum(partition => partition.LatestOffset) ?? 0;

    private async Task WaitAsync(Note note, AgentContext context)
    {
        _begun.Release();
        if (!_mayGoOn.Task.IsCompleted)
        {
            await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, context.CancellationToken);
        }

        context.Publish("done", note);
    }

    private async Task WhenBegunAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await _begun.WaitAsync(Timeout);
        }
    }

    private sealed class Swallow : IAgentMiddleware
    {
        public async Task InvokeAsync(MiddlewareContext context, Func<Task> next)
        {
            try
            {
                await next();
            }
            catch (HandlerPausedException)
            {
            }
        }
    }
}
