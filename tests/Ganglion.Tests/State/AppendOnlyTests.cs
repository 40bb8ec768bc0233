using System.Text;
using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.State;

/// <summary>States that only grow: what a handler has seen of them is recorded as a version.</summary>
public sealed class AppendOnlyTests
{
    private readonly ManualTime _time = new();

    [Theory(Timeout = 60_000)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_handler_that_waits_sees_what_it_has_seen_whatever_was_added_meanwhile(int before)
    {
        await using var host = new AgentTestHost();
        await RunAsync(host);
        for (int number = 0; number < before; number++)
        {
            await host.AppendAsync("add", "k", $"\"before {number}\"");
        }

        await AddedAsync(host, before);
        await host.AppendAsync("look", "k", "{}");
        await host.ReadAsync("waiting", 1);
        await host.AppendAsync("add", "k", "\"meanwhile\"");
        await host.AppendAsync("add", "k", "\"later\"");
        await AddedAsync(host, before + 2);
        await host.KillAsync();
        await RunAsync(host);
        await AdvanceAsync(host, "done");

        Text(await host.ReadAsync("done", 1)).ShouldBe([$"\"{before} then, {before + 2} now\""]);
        (await JournalAsync(host)).ShouldNotContain("meanwhile");
        (await JournalAsync(host)).ShouldNotContain("before 0");
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_it_was_set_meanwhile_the_event_is_parked_and_nothing_is_guessed()
    {
        await using var host = new AgentTestHost();
        await RunAsync(host);
        await host.AppendAsync("add", "k", "\"before\"");
        await AddedAsync(host, 1);
        await host.AppendAsync("look", "k", "{}");
        await host.ReadAsync("waiting", 1);
        await host.AppendAsync("set", "k", "{}");
        await AddedAsync(host, 2);
        await AdvanceAsync(host, "look.dlq");

        (CloudEvent _, Record parked) = (await host.ReadRecordsAsync("look.dlq", 1))[0];
        parked.Headers.TryGet("__dlq.errors.message"u8, out ReadOnlyMemory<byte> message).ShouldBeTrue();
        Encoding.UTF8.GetString(message.Span).ShouldContain("version 1");
    }

    private Task<IHost> RunAsync(AgentTestHost host) => host.RunAsync(
        ganglion => ganglion.AddAgent(
            "keeper",
            agent => agent
                .On<string>("add", (what, context) =>
                {
                    context.ChangeState<Notes, string>(what);
                    context.Publish("added", what);
                })
                .On("set", (AgentContext context) =>
                {
                    context.SetState(new Notes());
                    context.Publish("added", "set");
                })
                .On("look", async (AgentContext context) =>
                {
                    int then = context.GetState<Notes>()?.All.Count ?? 0;
                    context.Publish("waiting", then);
                    await context.DelayAsync(TimeSpan.FromDays(1));
                    context.Publish("done", $"{then} then, {context.GetState<Notes>()?.All.Count ?? 0} now");
                }),
            options => options.Retries = 0),
        _time);

    private static Task AddedAsync(AgentTestHost host, int count) => count == 0 ? Task.CompletedTask : host.ReadAsync("added", count);

    private async Task AdvanceAsync(AgentTestHost host, string until)
    {
        while (await host.Broker.Topics.FindAsync(until, AgentTestHost.Timeout) is not { } topic || topic.Partitions.All(partition => partition.LatestOffset == 0))
        {
            _time.Advance(TimeSpan.FromDays(1));
            await Task.Delay(5, AgentTestHost.Timeout);
        }
    }

    private static string[] Text(IEnumerable<CloudEvent> events) => [.. events.Select(one => Encoding.UTF8.GetString(one.Data!.Value.Span))];

    private static async Task<string> JournalAsync(AgentTestHost host) =>
        string.Concat((await host.ReadRecordsAsync("keeper.journal", 1)).Select(one => one.Record.Value is { } value ? Encoding.UTF8.GetString(value.Span) : ""));

    public sealed class Notes : IApply<string>, IAppendOnly
    {
        public List<string> All { get; init; } = [];

        public void Apply(string change) => All.Add(change);
    }
}
