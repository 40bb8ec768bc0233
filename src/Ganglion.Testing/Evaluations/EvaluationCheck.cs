using System.Text.Json;
using System.Text.RegularExpressions;
using Ganglion.Testing.Evaluations.Checks;

namespace Ganglion.Testing.Evaluations;

/// <summary>Something that an answer is checked for.</summary>
public abstract class EvaluationCheck
{
    /// <summary>What it is called in reports.</summary>
    public abstract string Name { get; }

    /// <summary>The answer contains a text, in whatever case.</summary>
    /// <param name="text">The text.</param>
    public static EvaluationCheck Contains(string text) => new ContainsCheck(text, isWanted: true);

    /// <summary>The answer does not contain a text, in whatever case.</summary>
    /// <param name="text">The text.</param>
    public static EvaluationCheck DoesNotContain(string text) => new ContainsCheck(text, isWanted: false);

    /// <summary>A regular expression is found in the answer.</summary>
    /// <param name="pattern">The expression, without backtracking: no references back, nothing that looks around.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    /// <exception cref="NotSupportedException">It needs backtracking.</exception>
    public static EvaluationCheck Matches([System.Diagnostics.CodeAnalysis.StringSyntax(System.Diagnostics.CodeAnalysis.StringSyntaxAttribute.Regex)] string pattern) =>
        new MatchesCheck(new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)));

    /// <summary>The answer is JSON, with nothing around it, that fits a schema.</summary>
    /// <param name="schema">The JSON schema. A keyword that is not understood is refused rather than passed over.</param>
    /// <exception cref="ArgumentException">The schema is none, or has a keyword that is not understood; the message has all that is wrong.</exception>
    public static EvaluationCheck Schema(JsonElement schema) => new SchemaCheck(JsonSchema.Parse(schema));

    /// <summary>Another model judges the answer, and gives it enough of ten points.</summary>
    /// <param name="criteria">What a good answer is like.</param>
    /// <param name="threshold">How many points are enough: 1 to 10.</param>
    public static EvaluationCheck Judge(string criteria, int threshold = 7) => new JudgeCheck(criteria, threshold);

    /// <summary>The answer costs no more, by the table of prices.</summary>
    /// <param name="cost">How much, in the currency of that.</param>
    public static EvaluationCheck MaxCost(decimal cost) => new LimitCheck("max_cost", answer => answer.Cost, cost, answer => FormattableString.Invariant($"it costs {answer.Cost}, more than {cost}"));

    /// <summary>The answer takes no longer.</summary>
    /// <param name="latency">How long.</param>
    public static EvaluationCheck MaxLatency(TimeSpan latency) => new LimitCheck(
        "max_latency", answer => (decimal)answer.Duration.TotalSeconds, (decimal)latency.TotalSeconds, answer => $"it took {answer.Duration}, longer than {latency}");

    /// <summary>The prompt and the answer have no more tokens.</summary>
    /// <param name="tokens">How many.</param>
    public static EvaluationCheck MaxTokens(long tokens) => new LimitCheck("max_tokens", answer => answer.Tokens, tokens, answer => $"it took {answer.Tokens} tokens, more than {tokens}");

    /// <summary>Checks an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="context">What there is to check it by.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is wrong with it; <see langword="null"/>: it passes.</returns>
    public abstract ValueTask<string?> CheckAsync(EvaluatedAnswer answer, EvaluationContext context, CancellationToken cancellationToken);
}
