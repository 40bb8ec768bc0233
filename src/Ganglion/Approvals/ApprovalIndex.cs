using System.Globalization;

namespace Ganglion.Approvals;

/// <summary>
/// What the log says of all approvals, in memory: an item for each that is pending and for the last that were decided, and where its events lie. Bodies are
/// not kept. Thread-safe.
/// </summary>
/// <param name="mostDecided">How many of those that are decided are kept.</param>
internal sealed partial class ApprovalIndex(int mostDecided)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private readonly SortedSet<Place> _pending = new(Place.Order);
    private readonly SortedSet<Place> _decided = new(Place.Order);

    // What is pending, by each thing that a filter may ask for.
    private readonly Dictionary<(Facet Facet, string Value), SortedSet<Place>> _facets = [];
    private readonly Dictionary<(string Agent, string Rule), ApprovalTally> _tallies = [];

    // Names come again and again: one text of each is enough.
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>How many items were looked at by lists so far.</summary>
    public long Examined { get; private set; }

    /// <summary>Lists.</summary>
    public ApprovalPage List(ApprovalFilter filter, string? after, int limit, DateTimeOffset now)
    {
        lock (_lock)
        {
            var items = new List<ApprovalItem>(Math.Min(limit, 1_000));
            Place last = default;
            foreach (Place place in Walk(filter, after))
            {
                Examined++;
                ApprovalItem item = place.Row!.Item;
                if (filter.Status == ApprovalStatus.Pending && item.Since >= filter.Before)
                {
                    break;
                }

                if (!filter.Fits(item, now))
                {
                    continue;
                }

                if (items.Count == limit)
                {
                    return new ApprovalPage(items, last.ToString());
                }

                items.Add(item);
                last = place;
            }

            return new ApprovalPage(items, null);
        }
    }

    /// <summary>Finds one, with the offsets of what has happened to it.</summary>
    public (ApprovalItem Item, long[] Offsets)? Find(string id)
    {
        lock (_lock)
        {
            return _rows.TryGetValue(id, out Row? row) ? (row.Item, [.. row.Offsets]) : null;
        }
    }

    /// <summary>The queues in which something is pending, by name.</summary>
    public IReadOnlyList<ApprovalQueueSummary> Summarize()
    {
        lock (_lock)
        {
            return
            [
                .. _facets.Where(one => one.Key.Facet == Facet.Queue)
                    .OrderBy(queue => queue.Key.Value, StringComparer.Ordinal)
                    .Select(queue => new ApprovalQueueSummary(queue.Key.Value, queue.Value.Count) { Oldest = queue.Value.Min.Row!.Item.Since }),
            ];
        }
    }

    /// <summary>The figures, by agent and rule.</summary>
    public IReadOnlyList<ApprovalStatistics> Measure()
    {
        lock (_lock)
        {
            return
            [
                .. _tallies.OrderBy(tally => tally.Key.Agent, StringComparer.Ordinal)
                    .ThenBy(tally => tally.Key.Rule, StringComparer.Ordinal)
                    .Select(tally => tally.Value.Measure(tally.Key.Agent, tally.Key.Rule)),
            ];
        }
    }

    private IEnumerable<Place> Walk(ApprovalFilter filter, string? after)
    {
        Place? from = after is null ? null : Place.Parse(after);
        if (filter.Status == ApprovalStatus.Pending)
        {
            SortedSet<Place>? places = FewestFor(filter);
            return places is null ? []
                : from is { } begin ? Place.Order.Compare(begin, Place.Last) > 0 ? [] : places.GetViewBetween(begin, Place.Last).SkipWhile(place => Place.Order.Compare(place, begin) == 0)
                : places;
        }

        return from is { } end ? _decided.GetViewBetween(default, end).Reverse().SkipWhile(place => Place.Order.Compare(place, end) == 0) : _decided.Reverse();
    }

    // Of all sets that have whatever fits, the smallest; none: nothing does.
    private SortedSet<Place>? FewestFor(ApprovalFilter filter)
    {
        SortedSet<Place>? fewest = _pending;
        foreach ((Facet Facet, string? Value) asked in ((Facet, string?)[])
            [(Facet.Queue, filter.Queue), (Facet.Agent, filter.Agent), (Facet.Rule, filter.Rule), (Facet.Channel, filter.Channel), (Facet.Claimant, filter.By)])
        {
            if (asked.Value is { } value)
            {
                SortedSet<Place>? own = _facets.GetValueOrDefault((asked.Facet, value));
                fewest = own is null || own.Count < fewest?.Count ? own : fewest;
                if (own is null)
                {
                    return null;
                }
            }
        }

        return fewest;
    }

    private static string? ValueOf(ApprovalItem item, Facet facet) => facet switch
    {
        Facet.Queue => item.Queue,
        Facet.Agent => item.Agent,
        Facet.Rule => item.Rule,
        Facet.Channel => item.Channel,
        _ => item.Claim?.By,
    };

    private enum Facet
    {
        Queue,
        Agent,
        Rule,
        Channel,
        Claimant,
    }

    private sealed class Row(ApprovalItem item)
    {
        public ApprovalItem Item { get; set; } = item;

        public List<long> Offsets { get; } = new(2);
    }

    /// <summary>Where an item stands in a list: by its time, then by its id.</summary>
    private readonly record struct Place(long Ticks, string Id, Row? Row = null)
    {
        public static Comparer<Place> Order { get; } = Comparer<Place>.Create((one, other) =>
            one.Ticks != other.Ticks ? one.Ticks.CompareTo(other.Ticks) : string.CompareOrdinal(one.Id, other.Id));

        public static Place Last { get; } = new(long.MaxValue, "");

        public static Place Parse(string text)
        {
            int end = text.IndexOf('.', StringComparison.Ordinal);
            return end > 0 && long.TryParse(text.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
                ? new Place(ticks, text[(end + 1)..])
                : throw new ApprovalException("approval-command-malformed", $"'{text}' is no 'next' of a page before.");
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Ticks}.{Id}");
    }
}
