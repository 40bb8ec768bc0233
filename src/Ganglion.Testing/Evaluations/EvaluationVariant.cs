namespace Ganglion.Testing.Evaluations;

/// <summary>One of several ways to answer the same prompts: another model, or other instructions.</summary>
public sealed record EvaluationVariant
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>The model that is asked, as whoever runs the evaluation knows it. Default: his own.</summary>
    public string? Model { get; init; }

    /// <summary>What the system says in the place of what the evaluation says in all cases. Default: the same.</summary>
    public string? Instructions { get; init; }
}
