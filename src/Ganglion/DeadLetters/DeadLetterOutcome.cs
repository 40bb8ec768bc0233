using Ganglion.Brokers;

namespace Ganglion.DeadLetters;

/// <summary>What was done about a dead letter, or would be.</summary>
/// <param name="Position">The letter.</param>
public sealed record DeadLetterOutcome(TopicPartitionOffset Position)
{
    /// <summary>The topic that it goes to; <see langword="null"/> if it is discarded or refused.</summary>
    public string? To { get; init; }

    /// <summary>Where it lies now that it was redriven.</summary>
    public TopicPartitionOffset? At { get; init; }

    /// <summary>Why nothing is done about it; <see langword="null"/>: nothing is in the way.</summary>
    public GanglionException? Refusal { get; init; }
}
