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
    private readonly Dictionary<string, SortedSet<Place>> _queues = new(StringComparer.Ordinal);
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
                ApprovalItem item = _rows[place.Id].Item;
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
                .. _queues.Where(queue => queue.Value.Count > 0)
                    .OrderBy(queue => queue.Key, StringComparer.Ordinal)
                    .Select(queue => new ApprovalQueueSummary(queue.Key, queue.Value.Count) { Oldest = _rows[queue.Value.Min.Id].Item.Since }),
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
            SortedSet<Place>? places = filter.Queue is null ? _pending : _queues.GetValueOrDefault(filter.Queue);
            return places is null ? []
                : from is { } begin ? places.GetViewBetween(begin, Place.Last).SkipWhile(place => place == begin)
                : places;
        }

        return from is { } end ? _decided.GetViewBetween(default, end).Reverse().SkipWhile(place => place == end) : _decided.Reverse();
    }

    private void Begin(ApprovalEntry entry, long offset)
    {
        if (entry.Request is not { } request || _rows.ContainsKey(entry.Approval))
        {
            return;
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
            Reason = request.Reason is { Length: > MostReason } reason ? reason[..MostReason] : request.Reason,
            Score = request.Score,
        };
        var row = new Row(item);
        row.Offsets.Add(offset);
        _rows.Add(item.Id, row);
        Enter(item);
        TallyOf(item).Begin();
    }

    private void Change(Row row, string kind, ApprovalEntry entry)
    {
        ApprovalItem before = row.Item;
        ApprovalItem item = before with { Version = entry.Version, Queue = Same(entry.Queue), Edits = entry.Edits };
        row.Item = item = kind switch
        {
            ApprovalKinds.Claimed => item with { Claim = new ApprovalClaim(entry.By ?? "", entry.Until ?? entry.At) },
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
        if (item.Status != ApprovalStatus.Pending)
        {
            Leave(before);
            Decide(item, entry);
        }
        else if (item.Queue != before.Queue)
        {
            Leave(before);
            Enter(item);
        }
    }

    private void Decide(ApprovalItem item, ApprovalEntry entry)
    {
        TallyOf(item).End(item, entry);
        _decided.Add(new Place(entry.At.UtcTicks, item.Id));
        while (_decided.Count > mostDecided)
        {
            Place oldest = _decided.Min;
            _decided.Remove(oldest);
            _rows.Remove(oldest.Id);
        }
    }

    private void Enter(ApprovalItem item)
    {
        var place = new Place(item.Since.UtcTicks, item.Id);
        _pending.Add(place);
        if (!_queues.TryGetValue(item.Queue, out SortedSet<Place>? queue))
        {
            _queues[item.Queue] = queue = new(Place.Order);
        }

        queue.Add(place);
    }

    private void Leave(ApprovalItem item)
    {
        var place = new Place(item.Since.UtcTicks, item.Id);
        _pending.Remove(place);
        if (_queues.TryGetValue(item.Queue, out SortedSet<Place>? queue))
        {
            queue.Remove(place);
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

    private sealed class Row(ApprovalItem item)
    {
        public ApprovalItem Item { get; set; } = item;

        public List<long> Offsets { get; } = new(2);
    }

    /// <summary>Where an item stands in a list: by its time, then by its id.</summary>
    private readonly record struct Place(long Ticks, string Id)
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
