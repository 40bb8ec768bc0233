using Ganglion.Brokers;
using Ganglion.Routes;

namespace Ganglion.Oversight;

/// <summary>
/// Stops something when too much of something happens: so many events in a topic, or such a share of those in another, within a time; or when so much of
/// a budget is spent. What is stopped so stays stopped until a person lifts it.
/// </summary>
public sealed class StopRule
{
    /// <summary>The name of the stage that a hard stop puts into a route.</summary>
    public const string Stage = "stop";

    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(1);

    /// <summary>The topic whose events are counted, such as <c>agent.responses.flagged</c> or <c>orders.dlq</c>. Default: none, where a <see cref="Budget"/> is named.</summary>
    public string Topic { get; set; } = "";

    /// <summary>
    /// In place of a topic: the budget of which a <see cref="Share"/> is to be spent, by its <see cref="Budgets.BudgetAlert"/>s: 0.5, 0.8 or 1. Default: none.
    /// </summary>
    public string? Budget { get; set; }

    /// <summary>Within which time. Default: a minute; from a second to a day.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many events there are to be at least. Default: 1.</summary>
    public int AtLeast { get; set; } = 1;

    /// <summary>The topic beside which they are counted, such as <c>agent.responses.raw</c>. Default: none.</summary>
    public string? Of { get; set; }

    /// <summary>Which share of the events in <see cref="Of"/> they are to be at least, or of the <see cref="Budget"/>, from 0 to 1. Default: whatever it is.</summary>
    public decimal? Share { get; set; }

    /// <summary>What is paused, as <see cref="PauseTarget.TryParse"/> reads it: <c>agent:NAME</c>, <c>channel:NAME</c> or <c>all</c>.</summary>
    public string? Pause { get; set; }

    /// <summary>The channel that is stopped hard: from then on all its events wait for a person.</summary>
    public string? Stop { get; set; }

    /// <summary>Who decides about the events of a hard stop. Default: the queue of the channel's name.</summary>
    public string? Queue { get; set; }

    /// <summary>What is wrong with it.</summary>
    internal void Validate(string path, List<string> faults)
    {
        if (Budget is null)
        {
            CheckTopic(Topic, nameof(Topic), path, faults);
        }
        else if (Topic.Length > 0 || Of is not null || Share is null)
        {
            faults.Add($"{path} names the {nameof(Budget)} '{Budget}': set its {nameof(Share)}, and neither {nameof(Topic)} nor {nameof(Of)}.");
        }

        if (Window < ShortestWindow || Window > LongestWindow)
        {
            faults.Add($"{path}:{nameof(Window)} is {Window}: set {ShortestWindow} to {LongestWindow}.");
        }

        if (AtLeast < 1)
        {
            faults.Add($"{path}:{nameof(AtLeast)} is {AtLeast}: set 1 or more.");
        }

        if (Of is not null)
        {
            CheckTopic(Of, nameof(Of), path, faults);
        }

        if (Share is not null && Share is not (> 0 and <= 1))
        {
            faults.Add($"{path}:{nameof(Share)} is {Share}: set more than 0, and at most 1.");
        }

        if (Budget is null && Of is null != Share is null)
        {
            faults.Add($"{path} needs both or neither of {nameof(Of)} and {nameof(Share)}: a share is one of something.");
        }

        if (Pause is null == Stop is null)
        {
            faults.Add($"{path} needs one of {nameof(Pause)} and {nameof(Stop)}: say what is to be stopped.");
        }

        if (Pause is not null && !PauseTarget.TryParse(Pause, out _))
        {
            faults.Add($"{path}:{nameof(Pause)} is '{Pause}': set agent:NAME, channel:NAME, tier:NAME or all.");
        }

        if (Stop is not null)
        {
            CheckTopic(Stop, nameof(Stop), path, faults);
        }
    }

    private static void CheckTopic(string name, string setting, string path, List<string> faults)
    {
        if (!TopicName.IsValid(name))
        {
            faults.Add($"{path}:{setting} is '{name}': name a topic or a channel, of the characters a-z A-Z 0-9 . _ -.");
        }
    }
}
