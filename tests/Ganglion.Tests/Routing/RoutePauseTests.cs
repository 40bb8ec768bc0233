using System.Text.Json;
using Ganglion.Events;
using Ganglion.Routes;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Routing;

public sealed class RoutePauseTests
{
    private static CancellationToken Timeout => AgentTestHost.Timeout;

    [Fact(Timeout = 60_000)]
    public async Task Events_of_a_paused_channel_wait_before_the_stages()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(static _ => { });
        RouteTable routes = host.Host.Services.GetRequiredService<RouteTable>();
        Pauses pauses = host.Host.Services.GetRequiredService<Pauses>();
        foreach (string channel in (string[])["notes", "others"])
        {
            var copy = new Stage("copy", "mirror") { Settings = JsonSerializer.SerializeToElement(new { to = channel + ".copies" }) };
            await routes.ChangeAsync((await routes.FindAsync(channel, Timeout)).Insert(copy), cancellationToken: Timeout);
        }

        await host.Publisher.PublishAsync("notes", 1, "k", Timeout);
        await host.ReadAsync("notes.cleaned", 1);
        await pauses.PauseAsync(PauseTarget.OfChannel("notes"), cancellationToken: Timeout);
        await host.Publisher.PublishAsync("notes", 2, "k", Timeout);
        await host.Publisher.PublishAsync("others", 3, "k", Timeout);
        await host.ReadAsync("others.cleaned", 1);

        (await CountAsync(host, "notes.cleaned")).ShouldBe(1);
        (await CountAsync(host, "notes.copies")).ShouldBe(1);
        await pauses.ResumeAsync(PauseTarget.OfChannel("notes"), cancellationToken: Timeout);
        List<CloudEvent> passed = await host.ReadAsync("notes.cleaned", 2);
        passed.Select(one => one.Data!.Value.Span[0]).ShouldBe("12"u8.ToArray());
    }

    private static async Task<long> CountAsync(AgentTestHost host, string topic) =>
        (await host.Broker.Topics.FindAsync(topic, Timeout))!.Partitions.Sum(partition => partition.LatestOffset);
}
