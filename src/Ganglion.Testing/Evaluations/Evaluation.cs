using Microsoft.Extensions.AI;

namespace Ganglion.Testing.Evaluations;

/// <summary>Prompts, and what their answers are checked for: so that a change of a prompt or of a model is tested like code.</summary>
public sealed record Evaluation
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>The prompts.</summary>
    public required IReadOnlyList<EvaluationCase> Cases { get; init; }

    /// <summary>What is compared, side by side. Default: one variant, the model as it is.</summary>
    public IReadOnlyList<EvaluationVariant> Variants { get; init; } = [new EvaluationVariant { Name = "default" }];

    /// <summary>What the system says in every case before the prompt. Default: nothing.</summary>
    public string? Instructions { get; init; }

    /// <summary>What is said beside the prompts. Default: the temperature 0.</summary>
    public ChatOptions Chat { get; init; } = new() { Temperature = 0 };

    /// <summary>How often each prompt is asked, since models do not always answer alike: 1 to 1,000. Default: 1.</summary>
    public int Repeats { get; init; } = 1;

    /// <summary>The share of a prompt's answers that have to pass all checks: above 0, up to 1. Default: 1.</summary>
    public double PassShare { get; init; } = 1;

    /// <summary>How many calls are on their way at once: 1 to 1,000. Default: 4.</summary>
    public int Parallelism { get; init; } = 4;

    /// <summary>How long a call may take; one that takes longer is an error of its own. Default: 2 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Reads a file, YAML (<c>.yaml</c>, <c>.yml</c>) or JSON.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EvaluationException">Anything is wrong with it; the message has all of it, with the lines (<c>evaluation-invalid</c>).</exception>
    public static Evaluation Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return EvaluationFile.Read(path);
    }

    internal void Check()
    {
        var faults = new List<string>();
        if (Cases.Count == 0)
        {
            faults.Add($"{Name} has no case: add one.");
        }

        if (Variants.Count == 0)
        {
            faults.Add($"{Name} has no variant: add one.");
        }

        AddDoubles(Cases.Select(one => one.Name), "case");
        AddDoubles(Variants.Select(one => one.Name), "variant");
        CheckShare(Name, Repeats, PassShare);
        foreach (EvaluationCase one in Cases)
        {
            CheckShare(one.Name, one.Repeats ?? Repeats, one.PassShare ?? PassShare);
            if (one.Messages.Count == 0)
            {
                faults.Add($"{one.Name} has no prompt: write one.");
            }

            if (one.Checks.Count == 0)
            {
                faults.Add($"{one.Name} has no check, and would always pass: add one.");
            }
        }

        if (Parallelism is < 1 or > 1_000)
        {
            faults.Add($"{Name} has {Parallelism} calls at once: set 1 to 1000.");
        }

        if (Timeout <= TimeSpan.Zero)
        {
            faults.Add($"{Name} gives a call {Timeout}: set a time above zero.");
        }

        if (faults.Count > 0)
        {
            throw new EvaluationException(EvaluationException.Invalid, faults);
        }

        void AddDoubles(IEnumerable<string> names, string what) => faults.AddRange(
            names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => $"{Name} has several times the {what} {group.Key}: give each a name of its own."));

        void CheckShare(string where, int repeats, double share)
        {
            if (repeats is < 1 or > 1_000)
            {
                faults.Add($"{where} is repeated {repeats} times: set 1 to 1000.");
            }

            if (!(share is > 0 and <= 1))
            {
                faults.Add(FormattableString.Invariant($"{where} has the pass share {share}: set more than 0, up to 1."));
            }
        }
    }
}
