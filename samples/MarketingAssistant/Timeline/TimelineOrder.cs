using Ganglion.Approvals;

namespace MarketingAssistant.Timeline;

/// <summary>Puts events in the order of the way: topics are read one after the other, so that an effect may be read before its cause.</summary>
internal sealed class TimelineOrder
{
    // What goes through a route stays the same event, so its place says more than its cause.
    private static readonly Dictionary<string, string> Before = new()
    {
        [Channels.LeadFlagged] = Channels.New,
        [Channels.Cleaned] = Channels.New,
        [Channels.Generated] = Channels.Cleaned,
        [Channels.PitchFlagged] = Channels.Generated,
        [Channels.Compliant] = Channels.Generated,
        [Channels.Analyzed] = Channels.Compliant,
        [Channels.Availability] = Channels.Analyzed,
        [Channels.Ready] = Channels.Availability,
        [Channels.Pending] = Channels.Ready,
        [ApprovalRequests.Requested] = Channels.Pending,
        [LeadEvent.Edited] = ApprovalRequests.Requested,
        [LeadEvent.Allowed] = ApprovalRequests.Requested,
        [LeadEvent.Rejected] = ApprovalRequests.Requested,
        [Channels.Approved] = LeadEvent.Allowed,
        [Channels.Sales] = Channels.Approved,
        [Channels.Email] = Channels.Approved,
        [Channels.Crm] = Channels.Approved,
    };

    private readonly List<LeadEvent> _early = [];
    private readonly HashSet<(string Conversation, string Name)> _told = [];
    private readonly Dictionary<string, string> _leads = [];

    /// <summary>Takes what was read.</summary>
    /// <returns>What can be told by now.</returns>
    public IEnumerable<LeadEvent> Add(IEnumerable<LeadEvent> read)
    {
        _early.AddRange(read.Where(one => one.Type != LeadEvent.RouteChanged));
        while (_early.Where(IsNext).MinBy(one => one.Time) is { } next)
        {
            _early.Remove(next);
            _told.Add((next.Conversation, next.Name));
            string? lead = next.LeadId ?? _leads.GetValueOrDefault(next.Conversation);
            if (lead is not null)
            {
                _leads[next.Conversation] = lead;
            }

            yield return next with { LeadId = lead };
        }
    }

    private bool IsNext(LeadEvent one) => CauseOf(one) is not { } cause || _told.Contains((one.Conversation, cause));

    private static string? CauseOf(LeadEvent one) =>
        one.Name == Channels.Delivered ? one["sink"] : one.IsParked ? one.Name[..^".dlq".Length] : Before.GetValueOrDefault(one.Name);
}
