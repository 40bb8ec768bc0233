using Ganglion.Events;

namespace Ganglion.Approvals;

// What has happened.
internal sealed partial class ApprovalIndex
{
    private const int MostReason = 200;

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
}
