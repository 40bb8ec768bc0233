using Ganglion.Brokers;

namespace Ganglion.Routes;

/// <summary>
/// What becomes of a channel's events between who publishes them and who reads them: they are published to the entry, pass the stages in
/// their order, and are read from the exit. A channel without a route is <see cref="IsDirect"/>.
/// </summary>
public sealed record Route
{
    /// <summary>What the topics end with in which events wait for a person.</summary>
    internal const string Pending = ".pending_approval";

    private const string Raw = ".raw";

    /// <summary>The name that code uses.</summary>
    public required string Channel { get; init; }

    /// <summary>The topic that is published to.</summary>
    public required string Entry { get; init; }

    /// <summary>The topic that is read.</summary>
    public required string Exit { get; init; }

    /// <summary>How often it was changed. 0: the channel has never had a route.</summary>
    public int Version { get; init; }

    /// <summary>What its events pass, in this order.</summary>
    public IReadOnlyList<Stage> Stages { get; init; } = [];

    /// <summary>Whether what is published is what is read: nobody stands between.</summary>
    public bool IsDirect => Entry == Exit;

    /// <summary>The name that the channel's topics share: its own, or what stands before <c>.raw</c>.</summary>
    public string Family => Entry.EndsWith(Raw, StringComparison.Ordinal) && Entry.Length > Raw.Length ? Entry[..^Raw.Length] : Channel;

    /// <summary>Where what is stopped is recorded: <c>.flagged</c>.</summary>
    public string Flagged => Family + ".flagged";

    /// <summary>Where what waits for a person lies: <c>.pending_approval</c>.</summary>
    public string PendingApproval => Family + Pending;

    /// <summary>Where what a person has approved lies: <c>.approved</c>.</summary>
    public string Approved => Family + ".approved";

    /// <summary>Whether what a person has approved is at the exit.</summary>
    internal bool EndsApproved => Exit == Approved;

    /// <summary>The route of a channel that has none.</summary>
    /// <param name="channel">The channel.</param>
    public static Route Direct(string channel) => new() { Channel = channel, Entry = channel, Exit = channel };

    /// <summary>The same route with one more stage. That of a direct channel gets an exit, <c>.cleaned</c>, unless it has one by then.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="before">Before which; <see langword="null"/>, as is <paramref name="after"/>: behind the last.</param>
    /// <param name="after">Behind which.</param>
    /// <exception cref="RouteException">There is no such stage (<c>stage-not-found</c>), or one of this name (<c>stage-exists</c>).</exception>
    public Route Insert(Stage stage, string? before = null, string? after = null)
    {
        ArgumentNullException.ThrowIfNull(stage);
        if (Stages.Any(one => one.Name == stage.Name))
        {
            throw new RouteException("stage-exists", $"The route of '{Channel}' has a stage '{stage.Name}' already: replace it, or give the new one another name.");
        }

        int at = before is not null ? IndexOf(before) : after is not null ? IndexOf(after) + 1 : Stages.Count;
        return this with { Exit = IsDirect ? Family + ".cleaned" : Exit, Stages = [.. Stages.Take(at), stage, .. Stages.Skip(at)] };
    }

    /// <summary>The same route without a stage. Without any, events go from the entry to the exit as they are.</summary>
    /// <param name="stage">Its name.</param>
    /// <exception cref="RouteException">There is no such stage (<c>stage-not-found</c>).</exception>
    public Route Remove(string stage)
    {
        int at = IndexOf(stage);
        return this with { Stages = [.. Stages.Take(at), .. Stages.Skip(at + 1)] };
    }

    /// <summary>The same route with another stage in the place of one.</summary>
    /// <param name="name">The name of the one that goes.</param>
    /// <param name="stage">The one that comes.</param>
    /// <exception cref="RouteException">There is no such stage (<c>stage-not-found</c>), or another of the new one's name (<c>stage-exists</c>).</exception>
    public Route Replace(string name, Stage stage)
    {
        int at = IndexOf(name);
        Route without = Remove(name);
        return at == without.Stages.Count ? without.Insert(stage) : without.Insert(stage, before: without.Stages[at].Name);
    }

    /// <summary>What is wrong with it.</summary>
    internal IEnumerable<string> Faults()
    {
        foreach (string topic in ((string[])[Channel, Entry, Exit]).Distinct(StringComparer.Ordinal).Where(name => !TopicName.IsValid(name)))
        {
            yield return $"'{topic}' can be no topic: take 1 to {TopicName.MaxLength} of the characters a-z A-Z 0-9 . _ -.";
        }

        foreach (Stage stage in Stages.Where(stage => !TopicName.IsValid(stage.Name)))
        {
            yield return $"'{stage.Name}' can be no name of a stage: take 1 to {TopicName.MaxLength} of the characters a-z A-Z 0-9 . _ -.";
        }

        foreach (IGrouping<string, Stage> twice in Stages.GroupBy(stage => stage.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            yield return $"Two stages are called '{twice.Key}': give each its own name.";
        }
    }

    /// <summary>The place behind a stage; if the route has it no longer, behind all.</summary>
    internal int IndexBehind(string stage)
    {
        int at = 0;
        while (at < Stages.Count && Stages[at].Name != stage)
        {
            at++;
        }

        return Math.Min(at + 1, Stages.Count);
    }

    private int IndexOf(string name)
    {
        for (int i = 0; i < Stages.Count; i++)
        {
            if (Stages[i].Name == name)
            {
                return i;
            }
        }

        throw new RouteException(
            "stage-not-found",
            $"The route of '{Channel}' has no stage '{name}': " + (Stages.Count == 0 ? "it has none." : $"it has {string.Join(", ", Stages.Select(stage => $"'{stage.Name}'"))}."));
    }
}
