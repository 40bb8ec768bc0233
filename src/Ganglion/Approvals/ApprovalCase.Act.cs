using System.Globalization;
using Ganglion.Events;

namespace Ganglion.Approvals;

// What people do.
internal sealed partial class ApprovalCase
{
    private static readonly TimeSpan LongestClaim = TimeSpan.FromDays(7);

    /// <summary>Does what a person wants, or refuses it: then nothing has changed.</summary>
    public ApprovalReply Act(ApprovalCommand command)
    {
        try
        {
            Check(command);
            Do(command);
        }
        catch (ApprovalException refusal)
        {
            return ReplyOf() with { Code = refusal.Code, Message = refusal.Message };
        }

        return ReplyOf();
    }

    private ApprovalReply ReplyOf() => new()
    {
        Status = _state.Status,
        Version = _state.Version,
        NeedsAnother = _state.Status == ApprovalStatus.Pending && _state.Approvers.Count > 0,
        ClaimedUntil = Claim?.Until,
    };

    private void Check(ApprovalCommand command)
    {
        if (_state.Status != ApprovalStatus.Pending)
        {
            throw new ApprovalException(
                "approval-decided", $"{_state.Id} was {Verb(_state.Status)} by {_state.DecidedBy ?? "the end of its time"} at {Written(_state.DecidedAt)}: nothing is left to decide.");
        }

        if (WhyForbidden(command) is { } fault)
        {
            throw new ApprovalException("approval-forbidden", fault);
        }

        bool decides = command.Action is ApprovalAction.Approve or ApprovalAction.Reject or ApprovalAction.Edit;
        if (decides && command.Version is null)
        {
            throw new ApprovalException("approval-version-missing", $"Say which version of {_state.Id} you have looked at: its newest one is {Number(_state.Version)}.");
        }

        if (Claim is { } other && other.By != command.By && command.Action is not ApprovalAction.Comment)
        {
            string own = _state.Claim?.By == command.By ? "" : " A claim of yours, if you had one, has ended.";
            throw new ApprovalException("approval-claimed", $"{other.By} has claimed {_state.Id} until {Written(other.Until)}.{own}");
        }

        if (decides && command.Version != _state.Version)
        {
            throw new ApprovalException(
                "approval-version-stale",
                $"Version {Number(command.Version!.Value)} of {_state.Id} is not the newest, {Number(_state.Version)} is: look at what was said or edited since, and decide again.");
        }
    }

    private string? WhyForbidden(ApprovalCommand command)
    {
        if (command.By is not { Length: > 0 and <= 100 } || command.By.Any(char.IsControl) || command.By.Trim() != command.By)
        {
            return "Say who you are: a name of 1 to 100 characters.";
        }

        if (_options.RequireAuthentication && !command.IsAuthenticated)
        {
            return $"Nobody vouches for '{command.By}': who decides here has to be authenticated (Ganglion:Approvals:{nameof(ApprovalOptions.RequireAuthentication)}).";
        }

        if (_options.Teams.Count == 0)
        {
            return null;
        }

        // Roles that nobody vouches for are none.
        IReadOnlyList<string> roles = command.IsAuthenticated ? command.Roles : [];
        return Queue.Team is not { } team ? $"No team decides in '{_state.Queue}': set Ganglion:Approvals:Queues:{_state.Queue}:{nameof(ApprovalQueueOptions.Team)}."
            : _options.Teams.TryGetValue(team, out ApprovalTeam? members) && members.Includes(command.By, roles) ? null
            : $"'{command.By}' is not in the team '{team}', which decides in '{_state.Queue}'.";
    }

    private void Do(ApprovalCommand command)
    {
        Told told = Told.Of(command);
        switch (command.Action)
        {
            case ApprovalAction.Claim:
                Take(command);
                break;
            case ApprovalAction.Release:
                EndClaim();
                Tell(ApprovalKinds.Released, told);
                break;
            case ApprovalAction.Comment:
                RequireText(command);
                _state = _state with { Version = _state.Version + 1, Approvers = [] };
                Tell(ApprovalKinds.Commented, told);
                break;
            case ApprovalAction.Escalate:
                if (!ApprovalRequests.IsName(command.To) || command.To == _state.Queue)
                {
                    throw new ApprovalException("approval-command-malformed", $"Say to which other queue {_state.Id} is to go; '{command.To}' is none.");
                }

                Escalate(command.To!, told);
                break;
            case ApprovalAction.Reject:
                Reject(told);
                break;
            case ApprovalAction.Edit:
                Edit(command);
                break;
            case ApprovalAction.Approve:
                ApproveOrEndorse(command);
                break;
            default:
                throw new ApprovalException("approval-command-malformed", $"'{command.Action}' is nothing that can be done about an approval.");
        }
    }

    private void Take(ApprovalCommand command)
    {
        TimeSpan time = command.For ?? Queue.ClaimExpiry ?? _options.ClaimExpiry;
        if (time <= TimeSpan.Zero || time > LongestClaim)
        {
            throw new ApprovalException("approval-command-malformed", $"A claim lasts more than no time and at most {LongestClaim.TotalDays} days, not {time}.");
        }

        _state = _state with { Claim = new ApprovalClaim(command.By, _now + time) };
        Timers.Add((ApprovalDue.ClaimEnd, time));
        Tell(ApprovalKinds.Claimed, Told.Of(command) with { Until = _now + time });
    }

    private void Edit(ApprovalCommand command)
    {
        _options.Types.TryGetValue(Event.Type, out Type? expected);
        (CloudEvent edited, IReadOnlyList<ApprovalDifference> difference) = ApprovalEdit.Apply(Event, command, expected, _data);
        _state = _state with { Edited = edited, Edits = _state.Edits + 1, Version = _state.Version + 1, Approvers = [] };
        Tell(ApprovalKinds.Edited, Told.Of(command) with { Difference = difference, Event = edited });
        ApproveOrEndorse(command);
    }

    private void ApproveOrEndorse(ApprovalCommand command)
    {
        if (_state.Approvers.Contains(command.By, StringComparer.Ordinal))
        {
            throw new ApprovalException("approval-same-person", $"{command.By} has approved this version of {_state.Id} already: somebody else has to, too.");
        }

        IReadOnlyList<string> approvers = [.. _state.Approvers, command.By];
        if (!NeedsTwo || approvers.Count > 1)
        {
            Approve(Told.Of(command), approvers);
            return;
        }

        // The other one must be able to.
        EndClaim();
        _state = _state with { Approvers = approvers };
        Tell(ApprovalKinds.Endorsed, Told.Of(command) with { Approvers = approvers });
    }

    private void RequireText(ApprovalCommand command)
    {
        if (string.IsNullOrWhiteSpace(command.Reason))
        {
            throw new ApprovalException("approval-command-malformed", $"A comment on {_state.Id} says something.");
        }
    }

    private static string Verb(ApprovalStatus status) => status == ApprovalStatus.Approved ? "approved" : "rejected";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Written(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";
}
