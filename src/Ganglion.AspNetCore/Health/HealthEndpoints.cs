using Ganglion.Agents;
using Ganglion.AspNetCore.Requests;

namespace Ganglion.AspNetCore.Health;

/// <summary>Tells a supervisor whether the process lives, and whether it can be sent work.</summary>
internal static class HealthEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Resource("/healthz").Get(static request => request.WriteJsonAsync(new HealthView("alive"), ApiJson.Wire.HealthView));
        routes.Resource("/readyz").Get(ReadyAsync);
    }

    /// <summary>Ready is who can answer from its log, and all of whose agents work.</summary>
    private static async Task ReadyAsync(ApiRequest request)
    {
        if (request.Api.Stopping.IsCancellationRequested)
        {
            throw new ApiException("not-ready", "The host is going down.");
        }

        try
        {
            await request.Broker.Topics.ListAsync(request.Aborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new ApiException("not-ready", $"The broker does not answer: {exception.Message}", exception);
        }

        AgentStatus[] idle = [.. request.Api.Agents.Where(agent => !agent.IsWorking)];
        if (idle.Length > 0)
        {
            throw new ApiException(
                "not-ready", string.Join(' ', idle.Select(agent => $"The agent '{agent.Agent}' does not work: {agent.Reason}")));
        }

        await request.WriteJsonAsync(new HealthView("ready"), ApiJson.Wire.HealthView).ConfigureAwait(false);
    }
}

/// <summary>The health of the process.</summary>
internal sealed record HealthView(string Status);
