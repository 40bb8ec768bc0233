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
    string? Earlier = null);
