using Ganglion.Agents;
using Ganglion.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Teams;

/// <summary>What a handler needs that leads a team.</summary>
public static class TeamExtensions
{
    /// <summary>Finds the agents that run now, in any process, and take tasks: a step of the handler, which finds the same when it runs again.</summary>
    /// <param name="context">The handler's context.</param>
    /// <param name="capability">What they are found by: a capability that they tell of.</param>
    /// <param name="channelPrefix">What the names of the channels of tasks begin with.</param>
    /// <returns>The agents, by name. None, if none runs.</returns>
    public static async Task<IReadOnlyList<TeamMember>> FindMembersAsync(this AgentContext context, string capability, string channelPrefix)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(capability);
        ArgumentException.ThrowIfNullOrEmpty(channelPrefix);
        var registry = context.Services.GetRequiredService<AgentRegistry>();
        return await context.RunAsync("find members", async effect =>
        {
            IReadOnlyList<AgentMetadata> agents = await registry.ListAsync(effect.CancellationToken).ConfigureAwait(false);
            return agents.Where(agent => agent.Capabilities.Contains(capability))
                .SelectMany(agent => agent.Handles.Where(channel => channel.StartsWith(channelPrefix, StringComparison.Ordinal))
                    .Select(channel => new TeamMember(agent.Type.Name, channel, agent.Description)))
                .DistinctBy(member => member.Name).OrderBy(member => member.Name, StringComparer.Ordinal).ToArray();
        }).ConfigureAwait(true);
    }

    /// <summary>Waits for something, but not for ever.</summary>
    /// <param name="context">The handler's context.</param>
    /// <param name="work">What is waited for. It goes on if the time is up.</param>
    /// <param name="limit">How long, from <see cref="AgentContext.Now"/>.</param>
    /// <returns>Whether it has completed in time. If it has failed, so does this.</returns>
    public static async Task<bool> CompletesWithinAsync(this AgentContext context, Task work, TimeSpan limit)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(work);
        using var ended = new CancellationTokenSource();
        Task waiting = context.DelayAsync(limit, ended.Token);
        if (await Task.WhenAny(work, waiting).ConfigureAwait(true) != work)
        {
            await waiting.ConfigureAwait(true);
            return false;
        }

#pragma warning disable CA1849, MA0042 // The journal knows of what the handler itself cancels, at this place.
        ended.Cancel();
#pragma warning restore CA1849, MA0042
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await work.ConfigureAwait(true);
        return true;
    }
}
