using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Routes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.Runtime;

public sealed class PauseRebalanceTests
{
    private const int Keys = 20;
    private const int Each = 30;

    private readonly ConcurrentDictionary<(string, int), bool> _witnessed = new();
    private int _handled;

    private static CancellationToken Timeout => AgentTestHost.Timeout;

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_comes_and_goes_while_an_agent_is_paused_handles_nothing_and_nothing_is_lost_or_done_twice(bool cancelWork)
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Agents);
        Pauses pauses = host.Host.Services.GetRequiredService<Pauses>();
        PauseTarget worker = PauseTarget.OfAgent("worker");
        await PublishAsync(host, 0, 10);
        await WhenAsync(() => _handled == 10 * Keys);
        await pauses.PauseAsync(worker, cancelWork: cancelWork, cancellationToken: Timeout);

        Task publishing = PublishAsync(host, 10, 10);
        await host.RunAsync(Agents);
        await host.WhenMembersAsync("worker", 2);
        await publishing;
        publishing = PublishAsync(host, 20, 10);
        await host.KillAsync();
        await host.WhenMembersAsync("worker", 1);
        await publishing;
        await WhenAsync(() => _witnessed.Count == Each * Keys);
        int meanwhile = _handled;
        Task<IHost> joining = host.RunAsync(Agents);
        await pauses.ResumeAsync(worker, cancellationToken: Timeout);
        await joining;
        List<(CloudEvent Event, Record Record)> done = await host.ReadRecordsAsync("done", Each * Keys);
        await host.WhenMembersAsync("worker", 2);

        meanwhile.ShouldBe(10 * Keys);
        done.Count.ShouldBe(Each * Keys);
        foreach (IGrouping<string, int> key in done.GroupBy(
            one => Encoding.UTF8.GetString(one.Record.Key!.Value.Span),
            one => JsonSerializer.Deserialize<Note>(one.Event.Data!.Value.Span, JsonSerializerOptions.Web)!.Number))
        {
            key.ShouldBe(Enumerable.Range(0, Each));
        }
    }

    private void Agents(GanglionBuilder ganglion) => ganglion
        .AddAgent("worker", agent => agent.On<Note>("notes", (note, context) =>
        {
            Interlocked.Increment(ref _handled);
            context.Publish("done", note);
        }))
        .AddAgent("witness", agent => agent.On<Note>("notes", (note, context) => _witnessed[(context.Self.Key, note.Number)] = true));

    private static async Task PublishAsync(AgentTestHost host, int first, int count)
    {
        IEventPublisher publisher = host.Hosts[0].Services.GetRequiredService<IEventPublisher>();
        for (int number = first; number < first + count; number++)
        {
            await Task.WhenAll(Enumerable.Range(0, Keys).Select(key => publisher.PublishAsync("notes", new Note(number), $"key-{key}", Timeout).AsTask()));
        }
    }

    private static async Task WhenAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Timeout);
        }
    }
}
