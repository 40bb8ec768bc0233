using Ganglion.Brokers;
using Ganglion.Guards;

namespace Ganglion.Oversight;

/// <summary>Which past events a guard is to judge once more, and beside whom.</summary>
/// <param name="Guard">The guard that judges them.</param>
/// <param name="Channel">The channel that guards are told the events are on.</param>
public sealed record GuardReplay(GuardRunner Guard, string Channel)
{
    /// <summary>The guard that it is compared with. <see langword="null"/>: nobody, so that all events pass.</summary>
    public GuardRunner? Against { get; init; }

    /// <summary>Where the events lie. <see langword="null"/>: in the entry of the channel's route.</summary>
    public string? Topic { get; init; }

    /// <summary>From where on they are judged, in each partition. Default: the oldest that is still kept.</summary>
    public OffsetPosition Since { get; init; } = OffsetPosition.Earliest;
}
