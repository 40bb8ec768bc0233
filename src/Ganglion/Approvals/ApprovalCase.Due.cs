namespace Ganglion.Approvals;

// What happens because a time is over.
internal sealed partial class ApprovalCase
{
    /// <summary>A time is over.</summary>
    /// <returns>Whether the approval is to be forgotten.</returns>
    public bool Elapse(ApprovalDue due)
    {
        if (_state.Status != ApprovalStatus.Pending)
        {
            return due.What == ApprovalDue.Forgetting;
        }

        // One that was cancelled may be on its way already.
        if (due.What != ApprovalDue.ClaimEnd && due.Stay != _state.Visited.Count)
        {
            return false;
        }

        switch (due.What)
        {
            case ApprovalDue.ClaimEnd when _state.Claim is not null && Claim is null:
                string holder = _state.Claim.By;
                _state = _state with { Claim = null };
                Tell(ApprovalKinds.Released, new() { Reason = $"the claim of {holder} has ended" });
                break;
            case ApprovalDue.Reminder:
                Tell(ApprovalKinds.Reminded, new() { Reason = $"nobody has decided for {Queue.RemindAfter}" });
                break;
            case ApprovalDue.Escalation when Queue.EscalateTo is { } to && !_state.Visited.Contains(to):
                Escalate(to, new() { Reason = $"nobody has decided for {Queue.EscalateAfter}" });
                break;
            case ApprovalDue.Deadline:
                Expire();
                break;
        }

        return false;
    }

    private void Expire()
    {
        if (Claim is { } claim)
        {
            // Somebody is at it: he is not to find it decided under his hands.
            Timers.Add((ApprovalDue.Deadline, claim.Until - _now));
            return;
        }

        Tell(ApprovalKinds.Expired, new() { Reason = $"nobody has decided for {Queue.DefaultAfter}" });
        var told = new Told { Reason = "its time was over" };
        switch (Queue.DefaultAction)
        {
            case ApprovalDefault.Approve when NeedsTwo:
                // Two people have to, and none has.
                break;
            case ApprovalDefault.Approve:
                Approve(told, []);
                break;
            case ApprovalDefault.Reject:
                Reject(told);
                break;
        }
    }
}
