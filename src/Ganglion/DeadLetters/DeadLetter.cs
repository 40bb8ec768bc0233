using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.DeadLetters;

/// <summary>A record that could not be handled, and why. What its headers tell was written by others: it need not be true.</summary>
public sealed record DeadLetter
{
    /// <summary>Where it lies. It names the letter: nothing moves or changes it there.</summary>
    public required TopicPartitionOffset Position { get; init; }

    /// <summary>The record as it was parked, headers and all.</summary>
    public required Record Record { get; init; }

    /// <summary>Whose headers tell the rest. Of several, those that were written last.</summary>
    public DeadLetterFamily Family { get; init; }

    /// <summary>Where it lay when it could not be handled; <see langword="null"/> if it does not tell.</summary>
    public TopicPartitionOffset? Origin { get; init; }

    /// <summary>The consumer group that could not handle it; for Ganglion, the agent.</summary>
    public string? Group { get; init; }

    /// <summary>How often it was tried.</summary>
    public int? DeliveryCount { get; init; }

    /// <summary>The type of the exception.</summary>
    public string? ExceptionClass { get; init; }

    /// <summary>The message of the exception.</summary>
    public string? Message { get; init; }

    /// <summary>The exception with its stack trace.</summary>
    public string? StackTrace { get; init; }

    /// <summary>How many bytes the value had, if it was too large to be parked; else <see langword="null"/>.</summary>
    public long? OmittedBytes { get; init; }

    /// <summary>The event as it was at its origin; <see langword="null"/> if the record claims to be one and is malformed.</summary>
    public CloudEvent? Event { get; init; }

    /// <summary>Whether it was redriven or discarded.</summary>
    public bool IsDecided { get; init; }

    /// <summary>What was decided; <see langword="null"/> while nothing is, and in lists.</summary>
    public DeadLetterDecision? Decision { get; init; }

    /// <summary>The channel whose handler failed.</summary>
    internal string? Channel { get; init; }

    /// <summary>The partition of the agent's inbox in which it was read, if it was: its instance is there.</summary>
    internal long? InboxPartition { get; init; }

    /// <summary>Tells its topic from a later one of the same name.</summary>
    internal Guid TopicId { get; init; }
}
