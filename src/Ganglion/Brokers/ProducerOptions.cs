namespace Ganglion.Brokers;

/// <summary>How a producer writes.</summary>
public sealed record ProducerOptions
{
    /// <summary>
    /// Names the producer across restarts: opening another of the same id fences this one, so that a stalled process cannot write
    /// behind its successor's back. What the older one had on its way is readable, or has failed, when the newer one is open.
    /// <see langword="null"/> (the default): no fencing.
    /// </summary>
    public string? TransactionalId { get; init; }

    /// <summary>A name for logs and metrics.</summary>
    public string ClientId { get; init; } = "ganglion";
}
