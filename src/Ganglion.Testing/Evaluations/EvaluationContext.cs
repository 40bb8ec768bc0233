using Microsoft.Extensions.AI;

namespace Ganglion.Testing.Evaluations;

/// <summary>What there is to check answers by.</summary>
public sealed record EvaluationContext
{
    /// <summary>The model that judges; <see langword="null"/>: there is none.</summary>
    public IChatClient? Judge { get; init; }
}
