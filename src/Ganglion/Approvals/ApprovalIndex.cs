using System.Globalization;
using Ganglion.Events;

namespace Ganglion.Approvals;

/// <summary>
/// What the log says of all approvals, in memory: an item for each that is pending and for the last that were decided, and where its events lie. Bodies are
/// not kept. Thread-safe.
/// </summary>
/// <param name="mostDecided">How many of those that are decided are kept.</param>
internal sealed class ApprovalIndex(int mostDecided)
{
    private const int MostReason = 200;

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

    /// <summary>Takes what has happened to an approval.</summary>
    public void Apply(string kind, ApprovalEntry entry, long offset)
    {
        lock (_lock)
        {
            if (kind == ApprovalKinds.Requested)
            {
                Begin(entry, offset);
            }
            else if (_rows.TryGetValue(entry.Approval, out Row? row) && row.Item.Status == ApprovalStatus.Pending)
            {
                row.Offsets.Add(offset);
                Change(row, kind, entry);
            }
        }
    }

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

    private void Begin(ApprovalEntry entry, long offset)
    {
        if (entry.Request is not { } request)
        {
            return;
        }

        if (_rows.TryGetValue(entry.Approval, out Row? known))
        {
            // The same event may be held up again once its approval has forgotten that it was decided.
            if (known.Item.DecidedAt is not { } decided)
            {
                return;
            }

            _decided.Remove(new Place(decided.UtcTicks, entry.Approval));
            _rows.Remove(entry.Approval);
        }

        CloudEvent held = request.Event;
        var item = new ApprovalItem
        {
            Id = entry.Approval,
            Queue = Same(entry.Queue),
            Since = entry.Since,
            EventType = Same(held.Type),
            EventId = held.Id,
            Channel = request.Channel is { } channel ? Same(channel) : null,
            Agent = request.Origin is { } agent ? Same(agent) : null,
            Rule = request.Rule is { } rule ? Same(rule) : null,
            Reason = request.Reason is { } reason ? Same(reason.Length > MostReason ? reason[..MostReason] : reason) : null,
            Score = request.Score,
        };
        var row = new Row(item);
        row.Offsets.Add(offset);
        _rows.Add(item.Id, row);
        var place = new Place(item.Since.UtcTicks, item.Id, row);
        _pending.Add(place);
        Move(place, null, item);
        TallyOf(item).Begin();
    }

    private void Change(Row row, string kind, ApprovalEntry entry)
    {
        ApprovalItem before = row.Item;
        ApprovalItem item = before with { Version = entry.Version, Queue = Same(entry.Queue), Edits = entry.Edits };
        row.Item = item = kind switch
        {
            ApprovalKinds.Claimed => item with { Claim = new ApprovalClaim(Same(entry.By ?? ""), entry.Until ?? entry.At) },
            ApprovalKinds.Released => item with { Claim = null },
            ApprovalKinds.Commented => item with { Comments = item.Comments + 1, Approvers = [] },
            ApprovalKinds.Edited => item with { Approvers = [] },
            ApprovalKinds.Endorsed => item with { Approvers = entry.Approvers ?? [], Claim = null },
            ApprovalKinds.Escalated => item with { Escalations = item.Escalations + 1, Claim = null },
            ApprovalKinds.Reminded or ApprovalKinds.Expired => item with { IsOverdue = true },
            ApprovalKinds.Approved => item with
            {
                Status = ApprovalStatus.Approved, Approvers = entry.Approvers ?? [], DecidedAt = entry.At, DecidedBy = entry.By, Claim = null,
            },
            ApprovalKinds.Rejected => item with { Status = ApprovalStatus.Rejected, DecidedAt = entry.At, DecidedBy = entry.By, Claim = null },
            _ => item,
        };
        var place = new Place(item.Since.UtcTicks, item.Id, row);
        if (item.Status == ApprovalStatus.Pending)
        {
            Move(place, before, item);
            return;
        }

        _pending.Remove(place);
        Move(place, before, null);
        Decide(row, entry);
    }

    private void Decide(Row row, ApprovalEntry entry)
    {
        TallyOf(row.Item).End(row.Item, entry);
        _decided.Add(new Place(entry.At.UtcTicks, row.Item.Id, row));
        while (_decided.Count > mostDecided)
        {
            Place oldest = _decided.Min;
            _decided.Remove(oldest);
            _rows.Remove(oldest.Id);
        }
    }

    // From the sets of what it was to those of what it is.
    private void Move(Place place, ApprovalItem? before, ApprovalItem? now)
    {
        foreach (Facet facet in Enum.GetValues<Facet>())
        {
            string? old = before is null ? null : ValueOf(before, facet);
            string? value = now is null ? null : ValueOf(now, facet);
            if (old == value)
            {
                continue;
            }

            if (old is not null && _facets.TryGetValue((facet, old), out SortedSet<Place>? left) && left.Remove(place) && left.Count == 0)
            {
                _facets.Remove((facet, old));
            }

            if (value is not null)
            {
                if (!_facets.TryGetValue((facet, value), out SortedSet<Place>? entered))
                {
                    _facets[(facet, value)] = entered = new(Place.Order);
                }

                entered.Add(place);
            }
        }
    }

    private ApprovalTally TallyOf(ApprovalItem item)
    {
        (string, string) key = (item.Agent ?? "none", item.Rule ?? "none");
        if (!_tallies.TryGetValue(key, out ApprovalTally? tally))
        {
            _tallies[key] = tally = new ApprovalTally();
        }

        return tally;
    }

    private string Same(string name)
    {
        if (_names.TryGetValue(name, out string? known))
        {
            return known;
        }

        if (_names.Count < 10_000)
        {
            _names[name] = name;
        }

        return name;
    }

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
