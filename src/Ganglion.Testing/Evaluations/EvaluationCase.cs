using Microsoft.Extensions.AI;

namespace Ganglion.Testing.Evaluations;

/// <summary>A prompt, and what its answer is checked for.</summary>
public sealed record EvaluationCase
{
    /// <summary>What it is called; each case of an evaluation has a name of its own.</summary>
    public required string Name { get; init; }

    /// <summary>What has been said, the oldest first.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>What an answer is checked for. All have to pass.</summary>
    public required IReadOnlyList<EvaluationCheck> Checks { get; init; }

    /// <summary>What the system says in this case, beside what it says in all. Default: nothing.</summary>
    public string? Instructions { get; init; }

    /// <summary>How often it is asked. Default: as often as the others.</summary>
    public int? Repeats { get; init; }

    /// <summary>The share of its answers that have to pass. Default: that of the others.</summary>
    public double? PassShare { get; init; }
}
