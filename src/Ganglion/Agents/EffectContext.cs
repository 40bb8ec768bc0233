using Ganglion.Journal;

namespace Ganglion.Agents;

/// <summary>What an effect gets to know.</summary>
public sealed class EffectContext
{
    private readonly OperationId _operation;

    internal EffectContext(OperationId operation, CancellationToken cancellationToken)
    {
        _operation = operation;
        CancellationToken = cancellationToken;
    }

    /// <summary>
    /// The same each time this effect of this event is done. An effect that was interrupted by a crash is done again: hand this to
    /// whoever carries it out, so that it counts once.
    /// </summary>
    public string IdempotencyKey => _operation.ToString();

    /// <summary>Fires when the handler has run out of time, a pause cancels it, or its work is in vain because the partition went elsewhere.</summary>
    public CancellationToken CancellationToken { get; }
}
