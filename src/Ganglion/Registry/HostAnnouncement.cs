namespace Ganglion.Registry;

/// <summary>What a host tells of itself, again and again: whoever is not heard of any more counts as gone.</summary>
/// <param name="Host">The name of the process, which no other one ever has.</param>
/// <param name="Expires">Until when it counts, if it is not heard of again.</param>
/// <param name="Agents">What it hosts.</param>
internal sealed record HostAnnouncement(string Host, DateTimeOffset Expires, IReadOnlyList<HostedAgent> Agents)
{
    /// <summary>The kinds of stages of routes that it has the code for.</summary>
    public IReadOnlyList<string> Stages { get; init; } = [];
}
