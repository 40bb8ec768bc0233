using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Routes;

namespace FaultProcess;

/// <summary>Changes the route of the transfers while they are published: each run goes on where the one before it has died.</summary>
internal sealed class Rerouting(RouteTable routes, IEventBroker broker)
{
    private const string Channel = "transfer.requested";

    private readonly TaskCompletionSource _begun = new();

    /// <summary>Completes when the transfers have a route.</summary>
    public Task Begun => _begun.Task;

    public async Task RunAsync()
    {
        // What cannot be handled is parked under the name of the topic that it was read from, so it goes before.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (await broker.Topics.FindAsync(Channel + ".dlq") is null)
        {
            await timer.WaitForNextTickAsync();
        }

        while (true)
        {
            Route route = await routes.FindAsync(Channel);
            if (route.Version > 0)
            {
                _begun.TrySetResult();
            }

            switch (route.Version)
            {
                case 0:
                    await routes.ChangeAsync(route.Insert(Mirror("first")).Insert(Lanes("region-0", "region-1")));
                    break;
                case 1:
                    await routes.ChangeAsync(route.Insert(Mirror("second"), before: "first").Replace("lanes", Lanes("region-1", "others")));
                    break;
                case 2:
                    await routes.ChangeAsync(route.Remove("first").Remove("lanes"));
                    break;
                default:
                    return;
            }
        }
    }

    /// <summary>Completes when the router has nothing left to do.</summary>
    public async Task WhenRoutedAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        TopicDescription entry = (await broker.Topics.FindAsync(Channel))!;
        while (await broker.Groups.FindAsync("router." + Channel) is not { } group
            || !entry.Partitions.All(partition => group.Offsets.Any(
                offset => offset.Partition == new TopicPartition(Channel, partition.Partition) && offset.Committed.Offset >= partition.LatestOffset)))
        {
            await timer.WaitForNextTickAsync();
        }
    }

    // Each of another set than before, so that some come and some go.
    private static Stage Lanes(params string[] names) => new("lanes", "lanes")
    {
        Settings = JsonSerializer.SerializeToElement(new { path = "region", lanes = names.Select(name => new { name }) }),
    };

    private static Stage Mirror(string name) => new(name, "mirror") { Settings = JsonSerializer.SerializeToElement(new { to = "mirror." + name }) };
}
