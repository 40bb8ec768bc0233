using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Routes;

namespace Dealership;

/// <summary>The topics, and the routes with which the dealership begins. What people change later stays as they have left it.</summary>
internal sealed class HouseRules(IEventBroker broker, RouteTable routes)
{
    private const string By = "the dealership";

    // As they are called in guards.yaml.
    private static readonly string[] Entrance = ["injection", "safety", "relevance", "privacy"];

    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        // They keep everything for ever: who wants to know what was said to whom finds it there.
        var settings = new TopicSettings { Partitions = new AgentOptions().Partitions, Cleanup = CleanupPolicy.None };
        foreach (string topic in Channels.Chat.Where(topic => topic != Channels.Approvals))
        {
            if (await broker.Topics.FindAsync(topic, cancellationToken) is null)
            {
                await broker.Topics.CreateAsync(topic, settings, cancellationToken);
            }
        }

        // Who is stopped at the entrance is answered at once, where all answers are.
        await BeginAsync(
            new Route
            {
                Channel = Channels.Messages,
                Entry = Channels.MessagesRaw,
                Exit = Channels.MessagesCleaned,
                Stages = [.. Entrance.Select(guard => StageOf("guard", guard, new { guard, fallbackTo = Channels.ResponsesFinal }))],
            },
            "only questions about cars come to the model",
            cancellationToken);
        await BeginAsync(
            new Route
            {
                Channel = Channels.Responses,
                Entry = Channels.ResponsesRaw,
                Exit = Channels.ResponsesFinal,
                Stages = [StageOf("guard", "brand", new { guard = "brand" })],
            },
            "no answer names a competitor",
            cancellationToken);
        await BeginAsync(
            Route.Direct(Channels.Requests).Insert(
                StageOf("lanes", "tiers", new { attribute = "tier", lanes = Channels.Tiers.Select(name => new { name }) })),
            "who has paid more is answered first",
            cancellationToken);
    }

    public static Stage StageOf(string kind, string name, object settings) =>
        new(name, kind) { Settings = JsonSerializer.SerializeToElement(settings) };

    private async Task BeginAsync(Route route, string reason, CancellationToken cancellationToken)
    {
        if ((await routes.FindAsync(route.Channel, cancellationToken)).Version == 0)
        {
            await routes.ChangeAsync(route, By, reason, cancellationToken);
        }
    }
}
