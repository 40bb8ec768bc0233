using Ganglion.Routes;

namespace Ganglion.Runtime.Inputs;

/// <summary>A topic that an agent reads.</summary>
/// <param name="Channel">The channel whose handler gets its events; <see langword="null"/> in the inbox.</param>
/// <param name="IsSubscribed">Whether it is read for a subscription, and not for a handler.</param>
/// <param name="IsRead">Whether it is read now; otherwise it was.</param>
/// <param name="Starts">Where the subscription begins, by partition; <see langword="null"/>: at the beginning.</param>
/// <param name="Earlier">The topic that the channel was read from before; none of a partition is taken up before that one's has ended.</param>
internal readonly record struct InputTopic(
    string? Channel,
    bool IsSubscribed = false,
    bool IsRead = true,
    IReadOnlyList<long>? Starts = null,
    string? Earlier = null)
{
    /// <summary>Whether it is read only because its name begins alike: then also the marker of another channel's route is one for the reader.</summary>
    public bool IsPrefixed { get; init; }

    /// <summary>Where it ends, by partition, whatever the routes say of its channel; <see langword="null"/>: nowhere.</summary>
    public ReadTopic? Until { get; init; }

    /// <summary>The lane of the channel that it is; <see langword="null"/>: it is none.</summary>
    public string? Lane { get; init; }
}
