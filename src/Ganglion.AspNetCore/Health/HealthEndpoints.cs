using Ganglion.AspNetCore.Requests;
using Ganglion.AspNetCore.Supervision;

namespace Ganglion.AspNetCore.Health;

/// <summary>Tells a supervisor whether the process lives, and whether it can be sent work.</summary>
internal static class HealthEndpoints
{
    // The runtime's own. Of other topics of a cluster, which may be many, and not well, nothing is asked.
    private const string AskedTopic = "ganglion.agents";

    public static void Map(ApiRoutes routes)
    {
        routes.Resource("/healthz").Get(static request => request.WriteJsonAsync(new HealthView("alive"), ApiJson.Wire.HealthView));
        routes.Resource("/readyz").Get(ReadyAsync);
    }

    /// <summary>Ready is who can answer from its log, and all of whose agents work; degraded, where something in them fails.</summary>
    private static async Task ReadyAsync(ApiRequest request)
    {
        if (request.Api.Stopping.IsCancellationRequested)
        {
            throw new ApiException("not-ready", "The host is going down.");
        }

        try
        {
            await request.Broker.Topics.FindAsync(AskedTopic, request.Aborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new ApiException("not-ready", $"The broker does not answer: {exception.Message}", exception);
        }

        SupervisionView supervision = request.Api.Supervision;
        AgentStatusView[] idle = [.. supervision.Agents.Where(agent => agent.Reason is not null)];
        if (idle.Length > 0)
        {
            throw new ApiException(
                "not-ready", string.Join(' ', idle.Select(agent => $"The agent '{agent.Name}' does not work: {agent.Reason}")));
        }

        HealthView health = supervision.Concerns().ToArray() is { Length: > 0 } concerns ? new("degraded", concerns) : new("ready");
        await request.WriteJsonAsync(health, ApiJson.Wire.HealthView).ConfigureAwait(false);
    }
}

/// <summary>The health of the process.</summary>
/// <param name="Status">In one word.</param>
/// <param name="Concerns">What is not as it should be, though work can be sent.</param>
internal sealed record HealthView(string Status, IReadOnlyList<string>? Concerns = null);
