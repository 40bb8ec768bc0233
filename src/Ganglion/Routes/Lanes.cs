using Ganglion.Configuring;

namespace Ganglion.Routes;

/// <summary>
/// The lanes of a channel, the most urgent first. Each event goes to one of them, and agents read them side by side, so that what is urgent overtakes
/// what is not. They are what a stage of the kind <c>lanes</c> says.
/// </summary>
/// <param name="Schedule">Which of them has the next turn.</param>
/// <param name="All">The lanes.</param>
internal sealed record Lanes(LaneSchedule Schedule, IReadOnlyList<Lane> All)
{
    /// <summary>The kind of the stage.</summary>
    public const string Kind = "lanes";

    // Beyond so many, looking for the next turn would cost more than it is worth.
    private const int Most = 32;

    // Shares such as 0.05 have no exact sum.
    private const double Whole = 1 + 1e-9;

    /// <summary>The lanes of a route; <see langword="null"/>: it has none.</summary>
    public static Lanes? Of(Route route)
    {
        var faults = new List<string>();
        return route.Stages.FirstOrDefault(stage => stage.Kind == Kind) is { Settings: { } settings } stage
            && Read(new SettingsReader(stage.Name, settings, faults)) is { } lanes
            && faults.Count == 0 ? lanes : null;
    }

    /// <summary>The topic of a lane.</summary>
    /// <param name="route">The route of its channel.</param>
    /// <param name="lane">The lane.</param>
    public static string TopicOf(Route route, Lane lane) => $"{route.Family}.{lane.Name}";

    /// <summary>Reads what the settings say of lanes; how events come to them is read elsewhere.</summary>
    public static Lanes? Read(SettingsReader settings)
    {
        LaneSchedule schedule = Enum.Parse<LaneSchedule>(settings.Choice("schedule", "strict", "weighted", "deadline") ?? "strict", ignoreCase: true);
        Lane[] all = [.. settings.Objects("lanes").Select(lane => Lane.Read(lane, schedule))];
        if (all.Length is 0 or > Most)
        {
            settings.Fault("lanes", $"has {all.Length} lanes: name 1 to {Most}, the most urgent first.");
            return null;
        }

        if (all.GroupBy(lane => lane.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            settings.Fault("lanes", $"has two called '{twice.Key}': give each its own name.");
        }

        if (all.Sum(lane => lane.Share) > Whole)
        {
            settings.Fault("lanes", "has shares of more than 1 together: nobody can have what others have for certain.");
        }

        return new Lanes(schedule, all);
    }
}
