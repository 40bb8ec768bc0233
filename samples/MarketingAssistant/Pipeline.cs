using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Routes;
using Microsoft.Extensions.Hosting;

namespace MarketingAssistant;

/// <summary>
/// Lays the way of a lead before anybody goes it: the topics, and between them the routes that judge what comes by. A route that is there already
/// stays as people have made it.
/// </summary>
internal sealed class Pipeline(IEventBroker broker, RouteTable routes) : IHostedService
{
    /// <summary>One process has few to share its work with.</summary>
    public const int Partitions = 2;

    private static readonly Route[] Routes =
    [
        new()
        {
            Channel = "lead", Entry = Channels.New, Exit = Channels.Cleaned,
            Stages = [Guard("form", "lead-form"), Guard("manners", "lead-manners"), Guard("injection", "lead-injection"), Guard("privacy", "lead-privacy")],
        },
        new() { Channel = "pitch", Entry = Channels.Generated, Exit = Channels.Compliant, Stages = [Guard("brand", "brand")] },
        new() { Channel = "message", Entry = Channels.Ready, Exit = Channels.Approved, Stages = [Of("moderation", "approval", new { reason = "a person reads what goes out" })] },
    ];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // The timeline begins with what earlier runs have left, so all is kept for ever.
        var settings = new TopicSettings { Partitions = Partitions, Cleanup = CleanupPolicy.None };
        foreach (string topic in Channels.All.Concat(Channels.Read.Select(Channels.ParkedOf)))
        {
            if (await broker.Topics.FindAsync(topic, cancellationToken) is null)
            {
                await broker.Topics.CreateAsync(topic, settings, cancellationToken);
            }
        }

        foreach (Route route in Routes)
        {
            if ((await routes.FindAsync(route.Channel, cancellationToken)).Version == 0)
            {
                await routes.ChangeAsync(route, by: "marketing-assistant", reason: "as the program comes", cancellationToken);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static Stage Guard(string name, string guard) => Of(name, "guard", new { guard });

    private static Stage Of(string name, string kind, object settings) => new(name, kind) { Settings = JsonSerializer.SerializeToElement(settings) };
}
