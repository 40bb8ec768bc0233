using System.Text;
using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Runtime;

/// <summary>The clock is set forward or back while something waits.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan Jump = TimeSpan.FromHours(12);
    private static readonly TimeSpan AMinute = TimeSpan.FromMinutes(1);
    private readonly ManualTime _time = new();

    public static TheoryData<string> Waits => ["timers", "delays", "questions", "calls"];

    private static CancellationToken Timeout => AgentTestHost.Timeout;

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Waits))]
    public async Task A_wait_that_the_clock_is_set_over_ends_within_a_minute(string channel)
    {
        await using AgentTestHost host = await StartAsync();
        await host.AppendAsync(channel, "k", """{"number":1}""");
        await host.ReadAsync("begun", 1);

        _time.Set(Jump);
        _time.Advance(AMinute);

        (await WhenEndedAsync(host, 1)).ShouldBe(["1"]);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Waits))]
    public async Task A_clock_that_is_set_back_ends_no_wait_early_and_lets_none_hang(string channel)
    {
        await using AgentTestHost host = await StartAsync();
        await host.AppendAsync(channel, "k", """{"number":1}""");
        await host.ReadAsync("begun", 1);

        _time.Set(-Jump);
        await host.AppendAsync(channel, "k", """{"number":2}""");
        await host.ReadAsync("begun", 2);
        _time.Advance(TimeSpan.FromHours(2));

        // Two hours have passed, and the first one is due by the clock in eleven.
        (await WhenEndedAsync(host, 1)).ShouldBe(["2"]);
        _time.Advance(Jump);
        (await WhenEndedAsync(host, 2)).ShouldBe(["2", "1"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(12)]
    [InlineData(-12)]
    public async Task How_long_a_request_may_take_does_not_depend_on_what_the_clock_is_set_to(int hours)
    {
        var begun = new SemaphoreSlim(0);
        var goOn = new TaskCompletionSource();
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddAgent("slow", agent => agent.OnRequest("ask", async (int number, AgentContext context) =>
            {
                begun.Release();
                await goOn.Task;
                return context.CancellationToken.IsCancellationRequested ? -1 : number;
            })),
            _time);
        IAgentRuntime runtime = host.Host.Services.GetRequiredService<IAgentRuntime>();
        Task<int> patient = AskAsync(TimeSpan.FromMinutes(2));
        Task<int> impatient = AskAsync(AMinute);
        await begun.WaitAsync(Timeout);
        await begun.WaitAsync(Timeout);

        _time.Set(TimeSpan.FromHours(hours));
        _time.Advance(AMinute - TimeSpan.FromTicks(1));
        impatient.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromTicks(1));

        await Should.ThrowAsync<RequestTimeoutException>(() => impatient);
        goOn.SetResult();
        (await patient).ShouldBe(2);

        Task<int> AskAsync(TimeSpan timeout) => runtime.SendMessageAsync<int>(
            timeout.Minutes, new AgentId(new AgentType("slow"), $"{timeout.Minutes}"), "ask", timeout, Timeout).AsTask();
    }

    [Theory(Timeout = 60_000)]
    [InlineData(12)]
    [InlineData(-12)]
    public async Task The_pause_before_a_retry_does_not_depend_on_what_the_clock_is_set_to(int hours)
    {
        var attempts = new List<TimeSpan>();
        long started = _time.GetTimestamp();
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddAgent(
                "clumsy",
                agent => agent.On<Note>("notes", (note, context) =>
                {
                    attempts.Add(_time.GetElapsedTime(started));
                    if (attempts.Count == 1)
                    {
                        throw new InvalidOperationException("The first one fails.");
                    }

                    context.Publish("ended", note.Number);
                }),
                options => (options.RetryDelay, options.MaxRetryDelay) = (TimeSpan.FromSeconds(10), AMinute)),
            _time);
        await host.AppendAsync("notes", "k", """{"number":1}""");
        await _time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(12));

        _time.Set(TimeSpan.FromHours(hours));
        _time.Advance(TimeSpan.FromSeconds(12));

        (await WhenEndedAsync(host, 1)).ShouldBe(["1"]);
        (attempts[1] - attempts[0]).ShouldBeInRange(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(12));
    }

    private async Task<AgentTestHost> StartAsync()
    {
        var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("waiter", Wait).AddAgent("silent", Silent), _time);
        return host;
    }

    // Each waits as many hours as its number, in another way.
    private static void Wait(AgentBuilder agent) => agent
        .On<Note>("timers", (note, context) =>
        {
            context.Schedule(TimeSpan.FromHours(note.Number), "due", note);
            context.Publish("begun", note);
        })
        .On<Note>("due", (note, context) => context.Publish("ended", note.Number))
        .On<Note>("delays", async (note, context) =>
        {
            context.Publish("begun", note);
            await context.DelayAsync(TimeSpan.FromHours(note.Number));
            context.Publish("ended", note.Number);
        })
        .On<Note>("questions", (note, context) => WaitInVainAsync(
            note, context, context.AskAsync<Note>("asked", note, "answered", TimeSpan.FromHours(note.Number))))
        .On<Note>("calls", (note, context) => WaitInVainAsync(
            note, context, context.CallAsync(new AgentId(new AgentType("silent"), $"{note.Number}"), "ask", note, TimeSpan.FromHours(note.Number))));

    private static void Silent(AgentBuilder agent) => agent.OnRequest("ask", async (Note note, AgentContext context) =>
    {
        await context.DelayAsync(TimeSpan.FromDays(30));
        return note;
    });

    private static async Task WaitInVainAsync(Note note, AgentContext context, Task waiting)
    {
        context.Publish("begun", note);
        try
        {
            await waiting;
        }
        catch (RequestTimeoutException)
        {
            context.Publish("ended", note.Number);
        }
    }

    // A timer that is set behind the back of a clock that was moved is due at once, and takes a look at the clock.
    private async Task<IEnumerable<string>> WhenEndedAsync(AgentTestHost host, int count)
    {
        Task<List<CloudEvent>> ended = host.ReadAsync("ended", count);
        while (await Task.WhenAny(ended, Task.Delay(TimeSpan.FromMilliseconds(5), Timeout)) != ended)
        {
            _time.Advance(TimeSpan.Zero);
        }

        return (await ended).Select(one => Encoding.UTF8.GetString(one.Data!.Value.Span));
    }
}
