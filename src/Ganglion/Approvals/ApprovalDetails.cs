using Ganglion.Events;

namespace Ganglion.Approvals;

/// <summary>All about an approval.</summary>
/// <param name="Item">How it is.</param>
/// <param name="Request">What was asked, with the event as it was held up.</param>
/// <param name="Event">The event as it is to be decided on: after the last edit.</param>
/// <param name="History">What has happened to it, in order, with the types of the events that tell so.</param>
public sealed record ApprovalDetails(
    ApprovalItem Item, ApprovalRequest Request, CloudEvent Event, IReadOnlyList<KeyValuePair<string, ApprovalEntry>> History);
