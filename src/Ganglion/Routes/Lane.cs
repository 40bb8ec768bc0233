using Ganglion.Configuring;

namespace Ganglion.Routes;

/// <summary>A topic of its own for those events of a channel that are equally urgent.</summary>
/// <param name="Name">What it is called, after the tier whose events it has.</param>
internal sealed record Lane(string Name)
{
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(1);
    private static readonly string[] Taken = ["raw", "cleaned", "flagged", "pending_approval", "approved", "final", "dlq", "inbox", "state", "timers", "journal", "answers"];

    /// <summary>How many turns it has in comparison with the others, where lanes are scheduled by weight.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The share of the channel's turns that it has for certain while something waits in it, 0 to 1.</summary>
    public double Share { get; init; }

    /// <summary>How soon after it was published an event is to be handled; <see langword="null"/>: nothing is promised.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>How long something waits in it at most until it has a turn, whatever else is more urgent.</summary>
    public TimeSpan Ageing { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many turns of an agent it may have at the same time in each process; <see langword="null"/>: as many as the agent has.</summary>
    public int? Concurrency { get; init; }

    /// <summary>How many of an agent's turns are kept for it in each process.</summary>
    public int Reserved { get; init; }

    /// <summary>From how many waiting events on no more are let in; <see langword="null"/>: as many as come.</summary>
    public int? MostWaiting { get; init; }

    /// <summary>Whether agents that read the channel leave it to those that read its topic.</summary>
    public bool IsDedicated { get; init; }

    /// <summary>Reads a lane.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="schedule">How the lanes of the channel are scheduled.</param>
    public static Lane Read(SettingsReader settings, LaneSchedule schedule)
    {
        string name = settings.RequiredText("name");
        if (Taken.Contains(name, StringComparer.Ordinal) || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')))
        {
            settings.Fault("name", $"is '{name}', which can be no lane: take characters of a-z A-Z 0-9 _ -, and no word that topics end with already.");
        }

        var lane = new Lane(name)
        {
            Within = settings.Time("within", TimeSpan.FromMilliseconds(1), LongestTime),
            Ageing = settings.Time("ageing", TimeSpan.FromMilliseconds(1), LongestTime) ?? TimeSpan.FromSeconds(10),
            Concurrency = settings.Count("concurrency", 1, int.MaxValue),
            Reserved = settings.Count("reserved", 0, int.MaxValue) ?? 0,
            MostWaiting = settings.Count("mostWaiting", 1, int.MaxValue),
            IsDedicated = settings.Choice("dedicated", "true", "false") == "true",
        };
        lane = schedule == LaneSchedule.Weighted
            ? lane with { Weight = settings.Number("weight", 0.001, 1_000_000) ?? 1 }
            : lane with { Share = settings.Number("share", 0, 1) ?? 0 };
        if (schedule == LaneSchedule.Deadline && lane.Within is null)
        {
            settings.Fault("within", "is missing: set how soon its events are to be handled, such as 00:00:02.");
        }

        if (lane.Concurrency < lane.Reserved)
        {
            settings.Fault("reserved", $"is {lane.Reserved}, more than its 'concurrency', {lane.Concurrency}: keep no more for it than it may have.");
        }

        settings.End();
        return lane;
    }
}
