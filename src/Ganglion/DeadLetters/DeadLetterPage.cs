using Ganglion.Brokers;

namespace Ganglion.DeadLetters;

/// <summary>Some dead letters, and where the next are.</summary>
/// <param name="Letters">The letters, by topic and partition, and within a partition in the order in which they were parked. May be empty.</param>
/// <param name="Next">Where the next page begins, also where this one is empty; <see langword="null"/>: there are no more.</param>
/// <param name="Damage">What ended the page early: bytes of the log that cannot be read. The next page begins behind them.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Letters, TopicPartitionOffset? Next, CorruptLogException? Damage = null);
