namespace Ganglion.Approvals;

/// <summary>Says which events are held up, and for which queue. All conditions that it has must be met; one without any holds up everything.</summary>
public sealed class ApprovalRule
{
    /// <summary>What it is called, in decisions and figures.</summary>
    public required string Name { get; init; }

    /// <summary>Who is to decide, such as <c>finance.queries</c>.</summary>
    public required string Queue { get; init; }

    /// <summary>Why, for people. Default: the conditions that were met.</summary>
    public string? Reason { get; init; }

    /// <summary>Channels, or beginnings of their names with a <c>*</c> behind them: one of them. None: all.</summary>
    public IList<string> Channels { get; init; } = [];

    /// <summary>Types of events, as <see cref="Channels"/>.</summary>
    public IList<string> Types { get; init; } = [];

    /// <summary>The name of a score that a guard or a model has given, such as <c>toxicity</c> or <c>uncertainty</c>; it must be above <see cref="Above"/>.</summary>
    public string? Score { get; init; }

    /// <summary>
    /// A number in the JSON of the data, by its place: <c>discount.amount</c>. It must be above <see cref="Above"/>, or below <see cref="Below"/>. What
    /// is there and can be read as no number is held up in any case.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>The number that <see cref="Score"/> or <see cref="Path"/> must be above.</summary>
    public double? Above { get; init; }

    /// <summary>The number that <see cref="Path"/> or <see cref="Score"/> must be below, such as a model's confidence.</summary>
    public double? Below { get; init; }

    /// <summary>Words: one of them must stand in the data, whatever its case. For teams by domain.</summary>
    public IList<string> Mentions { get; init; } = [];

    /// <summary>The share of events that it holds up, 0 to 1; which ones is decided by their ids, so it is the same ones in all processes. Default: all.</summary>
    public double? Sample { get; init; }

    /// <summary>Whether two people have to approve, whatever the queue says.</summary>
    public bool FourEyes { get; init; }

    internal void Validate(List<string> faults)
    {
        string path = $"Ganglion:Approvals:Rules:{Name}";
        if (!ApprovalRequests.IsName(Name))
        {
            faults.Add($"{path} cannot be the name of a rule: take 1 to 100 of the characters a-z A-Z 0-9 . _ -.");
        }

        if (!ApprovalRequests.IsName(Queue))
        {
            faults.Add($"{path}:{nameof(Queue)} is '{Queue}', which can be no queue: take 1 to 100 of the characters a-z A-Z 0-9 . _ -.");
        }

        if (Score is not null && Path is not null)
        {
            faults.Add($"{path} has both a {nameof(Score)} and a {nameof(Path)}: make two rules of it.");
        }

        if ((Score is null && Path is null) != (Above is null && Below is null))
        {
            faults.Add($"{path} is to compare a number: set {nameof(Score)} or {nameof(Path)}, and {nameof(Above)} or {nameof(Below)}.");
        }

        if (Sample is < 0 or > 1 or double.NaN)
        {
            faults.Add($"{path}:{nameof(Sample)} is not a share: set 0 to 1.");
        }
    }
}
