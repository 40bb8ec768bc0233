namespace Ganglion.Models;

/// <summary>What a model costs, in the one currency of all budgets.</summary>
/// <param name="Input">A million tokens of prompts.</param>
/// <param name="Output">A million tokens of answers.</param>
public readonly record struct ModelPrice(decimal Input, decimal Output)
{
    private const decimal Million = 1_000_000;

    /// <summary>What a call costs.</summary>
    /// <param name="inputTokens">The tokens of its prompt.</param>
    /// <param name="outputTokens">The tokens of its answer.</param>
    public decimal Of(long inputTokens, long outputTokens) => ((inputTokens * Input) + (outputTokens * Output)) / Million;
}
