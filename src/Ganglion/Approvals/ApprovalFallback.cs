using Ganglion.Events;

namespace Ganglion.Approvals;

/// <summary>What is answered in place of an event that was rejected.</summary>
/// <param name="Topic">Where to.</param>
/// <param name="Event">
/// The answer, as it is to be published; its record gets the key of the event that was rejected. Its cause and its conversation are filled in where
/// they are not set, and the attributes <c>approvalid</c>, <c>rejectedby</c> and <c>rejectedreason</c> (up to 500 letters) are added.
/// </param>
public sealed record ApprovalFallback(string Topic, CloudEvent Event);
