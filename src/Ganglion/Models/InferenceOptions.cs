using Microsoft.Extensions.AI;

namespace Ganglion.Models;

/// <summary>How a handler asks a model: <see cref="InferenceExtensions"/>.</summary>
public sealed record InferenceOptions
{
    private static InferenceOptions Default { get; } = new();

    /// <summary>What each call is called in the journal. Keep it when the code changes. Default: <c>infer</c>.</summary>
    public string Name { get; init; } = "infer";

    /// <summary>What is said to the model beside the messages, its tools among it. Default: nothing.</summary>
    public ChatOptions? Chat { get; init; }

    /// <summary>
    /// How often the model may ask for tools before it has to answer: 1 to 1,000. The next time ends it with <see cref="ModelAnswerException"/>. Default: 16.
    /// </summary>
    public int MaxToolRounds { get; init; } = 16;

    /// <summary>How often a model whose answer is not of the type that was asked for is told what is wrong with it, and asked again: 0 to 10. Default: 2.</summary>
    public int Repairs { get; init; } = 2;

    /// <summary>
    /// The channel to which answers are brought while they are made, for people who wait: events <c>answer.begun</c>, <c>answer.part</c> with more of the <c>text</c>, and <c>answer.ended</c>, in
    /// order, of the handler's conversation, with the call as their subject. They are kept for a day. They come before anything of the handler is committed, so a call that is made again, after
    /// a crash, begins again with <c>answer.begun</c> and the same subject. Default: none.
    /// </summary>
    public string? StreamTo { get; init; }

    /// <summary>
    /// What the calls depend on that may be down, as it is called by <c>AddCircuitBreaker</c>: while it is broken, the handler waits rather than uses up its retries. Default: none.
    /// </summary>
    public string? Dependency { get; init; }

    internal static InferenceOptions Check(InferenceOptions? options)
    {
        options ??= Default;
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Name, nameof(options));
        if (options.StreamTo is not null)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(options.StreamTo, nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxToolRounds, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxToolRounds, 1_000, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Repairs, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Repairs, 10, nameof(options));
        return options;
    }
}
