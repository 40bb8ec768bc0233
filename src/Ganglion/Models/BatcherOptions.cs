namespace Ganglion.Models;

/// <summary>When a <see cref="Batcher{TInput, TOutput}"/> sends what has come.</summary>
/// <typeparam name="TInput">What is batched.</typeparam>
public sealed record BatcherOptions<TInput>
{
    /// <summary>How many are sent together at most. Default 16; 1 to 100,000.</summary>
    public int MaxCount { get; init; } = 16;

    /// <summary>How much they may weigh together, by <see cref="Weigh"/>; one that weighs more goes by itself. Default: any.</summary>
    public long MaxWeight { get; init; } = long.MaxValue;

    /// <summary>What one weighs: bytes or tokens, for instance. Default: 1.</summary>
    public Func<TInput, long> Weigh { get; init; } = static _ => 1;

    /// <summary>How long the first waits for others at most. Default 20 ms; at most 1 h.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
