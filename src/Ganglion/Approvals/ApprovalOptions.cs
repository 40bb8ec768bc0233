namespace Ganglion.Approvals;

/// <summary>
/// Who decides about what, and by when. Set in code where approvals are added, in a file, or in the configuration section <c>Ganglion:Approvals</c>; what comes
/// later counts.
/// </summary>
public sealed class ApprovalOptions
{
    /// <summary>For how long a claim keeps others from deciding. Default 15 min; at most 7 days.</summary>
    public TimeSpan ClaimExpiry { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// For how long it is remembered that an approval was decided, so that a late decision is told so. Later ones are told that there is no such
    /// approval. Default 30 days; at most 365.
    /// </summary>
    public TimeSpan KeepDecided { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How many decided approvals can be listed, the last ones; they are kept in memory. Default 10,000; 0 to 1,000,000.</summary>
    public int MaxListedDecided { get; set; } = 10_000;

    /// <summary>
    /// Whether only people decide for whom somebody vouches: who were authenticated by the application. Default: <see langword="false"/>, whoever
    /// reaches the API may say who he is.
    /// </summary>
    public bool RequireAuthentication { get; set; }

    /// <summary>A file with any of these settings: <c>.yaml</c> and <c>.yml</c> are YAML, all else is JSON. Default: none.</summary>
    public string? File { get; set; }

    /// <summary>
    /// Queues by name, or by the beginning of names with a <c>*</c> behind it; the one that fits best counts. A queue that is not here has the
    /// defaults of <see cref="ApprovalQueueOptions"/>.
    /// </summary>
    public IDictionary<string, ApprovalQueueOptions> Queues { get; } = new Dictionary<string, ApprovalQueueOptions>(StringComparer.Ordinal);

    /// <summary>Teams by name. As soon as there is one, only its members decide, and only in the queues of their teams. None: everybody decides everything.</summary>
    public IDictionary<string, ApprovalTeam> Teams { get; } = new Dictionary<string, ApprovalTeam>(StringComparer.Ordinal);

    /// <summary>What is held up, for which queue; the first rule that fits counts.</summary>
    public IList<ApprovalRule> Rules { get; } = [];

    /// <summary>What the data of events must be readable as after an edit, by the events' types.</summary>
    internal Dictionary<string, Type> Types { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Refuses edits after which the data of such events cannot be read as a type. Where this says nothing, an edit of JSON must have the
    /// members of the original, each of the kind that it had.
    /// </summary>
    /// <typeparam name="TData">The type.</typeparam>
    /// <param name="eventType">The type of the events, such as <c>pitch.generated</c>.</param>
    /// <returns>These options, for more.</returns>
    public ApprovalOptions Expect<TData>(string eventType)
        where TData : notnull
    {
        ArgumentException.ThrowIfNullOrEmpty(eventType);
        Types[eventType] = typeof(TData);
        return this;
    }

    /// <summary>The settings of a queue.</summary>
    internal ApprovalQueueOptions Of(string queue)
    {
        if (Queues.TryGetValue(queue, out ApprovalQueueOptions? own))
        {
            return own;
        }

        string? best = Queues.Keys
            .Where(name => name.EndsWith('*') && queue.StartsWith(name[..^1], StringComparison.Ordinal))
            .MaxBy(name => name.Length);
        return best is null ? ApprovalQueueOptions.Default : Queues[best];
    }

    /// <summary>Adds to a list what is wrong: which key, its value, the allowed range.</summary>
    internal void Validate(List<string> faults)
    {
        Check(ClaimExpiry > TimeSpan.Zero && ClaimExpiry <= TimeSpan.FromDays(7), nameof(ClaimExpiry), ClaimExpiry, "a time above zero and of at most 7 days");
        Check(KeepDecided > TimeSpan.Zero && KeepDecided <= TimeSpan.FromDays(365), nameof(KeepDecided), KeepDecided, "a time above zero and of at most 365 days");
        Check(MaxListedDecided is >= 0 and <= 1_000_000, nameof(MaxListedDecided), MaxListedDecided, "0 to 1000000");
        foreach ((string name, ApprovalQueueOptions queue) in Queues)
        {
            Check(ApprovalRequests.IsName(name.EndsWith('*') ? name[..^1] + "x" : name), "Queues", name, "names of 1 to 100 of the characters a-z A-Z 0-9 . _ -, at most with a * behind");
            queue.Validate(this, $"Ganglion:Approvals:Queues:{name}", faults);
        }

        foreach (IGrouping<string, ApprovalRule> twice in Rules.GroupBy(rule => rule.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            faults.Add($"Ganglion:Approvals:Rules has {twice.Count()} rules '{twice.Key}': give each its own name.");
        }

        foreach (ApprovalRule rule in Rules)
        {
            rule.Validate(faults);
        }

        void Check(bool isFine, string key, object value, string allowed)
        {
            if (!isFine)
            {
                faults.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Ganglion:Approvals:{key} is '{value}': set {allowed}."));
            }
        }
    }
}
