namespace Ganglion.Approvals;

/// <summary>Who decides in a queue, and by when. Times run from when an approval came to the queue; without one, nothing happens.</summary>
public sealed class ApprovalQueueOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>The team that decides. Default (<see langword="null"/>): nobody, where there are teams.</summary>
    public string? Team { get; init; }

    /// <summary>Types of events that two people have to approve; <c>*</c>: all.</summary>
    public IList<string> FourEyes { get; init; } = [];

    /// <summary>After how long without a decision a reminder is published (<c>approval.reminded</c>), once. At most 365 days, as all of these.</summary>
    public TimeSpan? RemindAfter { get; init; }

    /// <summary>After how long it goes to <see cref="EscalateTo"/>. An approval comes to no queue a second time by this.</summary>
    public TimeSpan? EscalateAfter { get; init; }

    /// <summary>The queue that it goes to.</summary>
    public string? EscalateTo { get; init; }

    /// <summary>After how long <see cref="DefaultAction"/> is taken. Whoever has claimed it then is waited for until his claim ends.</summary>
    public TimeSpan? DefaultAfter { get; init; }

    /// <summary>What becomes of it then. Default: it stays.</summary>
    public ApprovalDefault DefaultAction { get; init; }

    /// <summary>For how long a claim keeps others from deciding. Default: <see cref="ApprovalOptions.ClaimExpiry"/>.</summary>
    public TimeSpan? ClaimExpiry { get; init; }

    internal static ApprovalQueueOptions Default { get; } = new();

    internal bool NeedsTwo(string eventType) => FourEyes.Contains("*") || FourEyes.Contains(eventType);

    internal void Validate(ApprovalOptions all, string path, List<string> faults)
    {
        foreach ((string key, TimeSpan? value) in new (string, TimeSpan?)[]
            { (nameof(RemindAfter), RemindAfter), (nameof(EscalateAfter), EscalateAfter), (nameof(DefaultAfter), DefaultAfter), (nameof(ClaimExpiry), ClaimExpiry) })
        {
            if (value is { } time && (time <= TimeSpan.Zero || time > Longest))
            {
                faults.Add($"{path}:{key} is {time}: set a time above zero and of at most 365 days.");
            }
        }

        if (Team is not null && !all.Teams.ContainsKey(Team))
        {
            faults.Add($"{path}:{nameof(Team)} is '{Team}': there is no such team in Ganglion:Approvals:Teams.");
        }

        if (EscalateAfter is null != EscalateTo is null)
        {
            faults.Add($"{path} has one of {nameof(EscalateAfter)} and {nameof(EscalateTo)}: set both, or none.");
        }

        if (EscalateTo is not null && !ApprovalRequests.IsName(EscalateTo))
        {
            faults.Add($"{path}:{nameof(EscalateTo)} is '{EscalateTo}', which can be no queue.");
        }

        if (DefaultAction is not ApprovalDefault.Keep && DefaultAfter is null)
        {
            faults.Add($"{path}:{nameof(DefaultAction)} is {DefaultAction}, and nothing says when: set {nameof(DefaultAfter)}.");
        }

        if (DefaultAction is ApprovalDefault.Approve && FourEyes.Count > 0)
        {
            faults.Add($"{path} wants two people's approval and approves by itself after {nameof(DefaultAfter)}: take another {nameof(DefaultAction)}, or no {nameof(FourEyes)}.");
        }
    }
}
