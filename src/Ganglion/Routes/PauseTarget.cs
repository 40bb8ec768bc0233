using System.Diagnostics.CodeAnalysis;

namespace Ganglion.Routes;

/// <summary>What is paused: an agent, a channel, a tier, or everything.</summary>
public readonly record struct PauseTarget
{
    private const string All = "all";
    private const string AgentPrefix = "agent:";
    private const string ChannelPrefix = "channel:";
    private const string TierPrefix = "tier:";

    private PauseTarget(string? agent, string? channel, string? tier) => (Agent, Channel, Tier) = (agent, channel, tier);

    /// <summary>All agents.</summary>
    public static PauseTarget Everything => default;

    /// <summary>The name of the agent; <see langword="null"/>: no single one.</summary>
    public string? Agent { get; }

    /// <summary>The name of the channel; <see langword="null"/>: no single one.</summary>
    public string? Channel { get; }

    /// <summary>The name of the tier; <see langword="null"/>: no single one.</summary>
    public string? Tier { get; }

    /// <summary>An agent, wherever it is hosted.</summary>
    /// <param name="agent">Its name. It need not be hosted yet.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static PauseTarget OfAgent(string agent)
    {
        ArgumentException.ThrowIfNullOrEmpty(agent);
        return new PauseTarget(agent, channel: null, tier: null);
    }

    /// <summary>The events of a channel, for all agents that read it.</summary>
    /// <param name="channel">Its name.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static PauseTarget OfChannel(string channel)
    {
        ArgumentException.ThrowIfNullOrEmpty(channel);
        return new PauseTarget(agent: null, channel, tier: null);
    }

    /// <summary>The events that come by the lanes of a tier, whatever channels' lanes these are.</summary>
    /// <param name="tier">The name of the lanes.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static PauseTarget OfTier(string tier)
    {
        ArgumentException.ThrowIfNullOrEmpty(tier);
        return new PauseTarget(agent: null, channel: null, tier);
    }

    /// <summary>Reads what <see cref="ToString"/> writes: <c>agent:NAME</c>, <c>channel:NAME</c>, <c>tier:NAME</c> or <c>all</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="target">What it names.</param>
    /// <returns>Whether it names anything.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out PauseTarget target)
    {
        target = default;
        if (text is not null && NameBehind(AgentPrefix, text) is { } agent)
        {
            target = OfAgent(agent);
        }
        else if (text is not null && NameBehind(ChannelPrefix, text) is { } channel)
        {
            target = OfChannel(channel);
        }
        else if (text is not null && NameBehind(TierPrefix, text) is { } tier)
        {
            target = OfTier(tier);
        }
        else
        {
            return text == All;
        }

        return true;
    }

    /// <summary><c>agent:NAME</c>, <c>channel:NAME</c>, <c>tier:NAME</c> or <c>all</c>.</summary>
    public override string ToString() =>
        Agent is not null ? AgentPrefix + Agent
        : Channel is not null ? ChannelPrefix + Channel
        : Tier is not null ? TierPrefix + Tier
        : All;

    private static string? NameBehind(string prefix, string text) =>
        text.Length > prefix.Length && text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;
}
