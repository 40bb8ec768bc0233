namespace Ganglion.Events;

/// <summary>
/// All upcasters, by event type and the version they take. They form trees that grow together towards the newest version of
/// each event type: because every step leads to a newer version, there can be no cycle.
/// </summary>
internal sealed class UpcasterChains
{
    private readonly Dictionary<(string EventType, DataVersion From), (IEventUpcaster Upcaster, DataVersion To)> _steps = [];

    /// <exception cref="UpcasterException">They do not fit together.</exception>
    public UpcasterChains(IEnumerable<IEventUpcaster> upcasters)
    {
        var faults = new List<string>();
        foreach (IEventUpcaster upcaster in upcasters)
        {
            Add(upcaster, faults);
        }

        FindGaps(faults);
        if (faults.Count > 0)
        {
            throw new UpcasterException(string.Join(Environment.NewLine, faults));
        }
    }

    /// <summary>Finds the steps from one version to another.</summary>
    /// <returns>The upcasters in order; <see langword="null"/> if they do not lead there.</returns>
    public List<IEventUpcaster>? FindPath(string eventType, DataVersion from, DataVersion to)
    {
        var path = new List<IEventUpcaster>();
        while (from != to)
        {
            if (!_steps.TryGetValue((eventType, from), out (IEventUpcaster Upcaster, DataVersion To) step))
            {
                return null;
            }

            path.Add(step.Upcaster);
            from = step.To;
        }

        return path;
    }

    /// <summary>Whether data of this version is to be brought to a newer one at all.</summary>
    public bool LeadFrom(string eventType, DataVersion from) => _steps.ContainsKey((eventType, from));

    private void Add(IEventUpcaster upcaster, List<string> faults)
    {
        DataVersion from = default;
        if ((upcaster.FromVersion is { } text && !DataVersion.TryParse(text, out from))
            || !DataVersion.TryParse(upcaster.ToVersion, out DataVersion to))
        {
            faults.Add($"{Name(upcaster)}: a version is one to three numbers, such as 2.1. Correct it.");
        }
        else if (to.Order <= from.Order)
        {
            faults.Add($"{Name(upcaster)}: it must lead to a newer version. Turn it round, or remove it.");
        }
        else if (!_steps.TryAdd((upcaster.EventType, from), (upcaster, to)))
        {
            faults.Add($"{Name(upcaster)}: another upcaster takes the same version. Remove one of them.");
        }
    }

    private void FindGaps(List<string> faults)
    {
        foreach (var steps in _steps.GroupBy(step => step.Key.EventType, step => step.Value))
        {
            DataVersion newest = steps.MaxBy(step => step.To.Order).To;
            faults.AddRange(steps
                .Where(step => step.To != newest && !LeadFrom(steps.Key, step.To))
                .Select(step => $"{Name(step.Upcaster)}: nothing leads on from there, but there are newer versions. Add an upcaster."));
        }
    }

    private static string Name(IEventUpcaster upcaster) =>
        $"The upcaster of {upcaster.EventType} from {upcaster.FromVersion ?? "no version"} to {upcaster.ToVersion}";
}
