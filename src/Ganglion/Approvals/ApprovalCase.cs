using System.Globalization;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Approvals;

/// <summary>
/// Decides what becomes of one approval at one event: of what it remembers, the time and the options it makes what it remembers next, what is published, and
/// which timers are set. It does nothing itself.
/// </summary>
internal sealed partial class ApprovalCase
{
    private readonly ApprovalOptions _options;
    private readonly EventDataSerializer _data;
    private readonly DateTimeOffset _now;
    private ApprovalState _state;

    /// <summary>Begins.</summary>
    /// <param name="state">What the approval remembers.</param>
    /// <param name="options">Who decides, and by when.</param>
    /// <param name="data">Reads data that were edited.</param>
    /// <param name="now">The time.</param>
    public ApprovalCase(ApprovalState state, ApprovalOptions options, EventDataSerializer data, DateTimeOffset now)
    {
        _state = state;
        _options = options;
        _data = data;
        _now = now;
    }

    /// <summary>What it remembers from now on.</summary>
    public ApprovalState State => _state;

    /// <summary>What is told, in order: the kind and the data.</summary>
    public List<(string Kind, ApprovalEntry Entry)> Entries { get; } = [];

    /// <summary>What goes to other topics.</summary>
    public List<ProducerRecord> Sent { get; } = [];

    /// <summary>Timers that are set (a delay) or cancelled (none), in order; one of a kind replaces the one before.</summary>
    public List<(string What, TimeSpan? Delay)> Timers { get; } = [];

    /// <summary>The event as it is now.</summary>
    private CloudEvent Event => _state.Edited ?? _state.Request!.Event;

    private ApprovalQueueOptions Queue => _options.Of(_state.Queue);

    private bool NeedsTwo => _state.Request!.FourEyes || Queue.NeedsTwo(Event.Type);

    /// <summary>Whoever has it now.</summary>
    private ApprovalClaim? Claim => _state.Claim is { } claim && claim.Until > _now ? claim : null;

    /// <summary>Takes a request up.</summary>
    public static ApprovalCase Begin(ApprovalRequest request, ApprovalOptions options, EventDataSerializer data, DateTimeOffset now)
    {
        var state = new ApprovalState
        {
            Id = request.Id,
            Queue = request.Queue,
            Since = now,
            Conversation = request.Event.CorrelationId ?? request.Event.Id,
            Request = request,
        };
        var begun = new ApprovalCase(state, options, data, now);
        begun.Tell(ApprovalKinds.Requested, new() { Request = request, Reason = request.Reason });
        begun.Enter(request.Queue);
        return begun;
    }

    // The times of the queue run from now on.
    private void Enter(string queue)
    {
        _state = _state with { Queue = queue, Visited = [.. _state.Visited, queue], DefaultAt = _now + Queue.DefaultAfter };
        Timers.Add((ApprovalDue.Reminder, Queue.RemindAfter));
        Timers.Add((ApprovalDue.Escalation, Queue.EscalateTo is { } to && !_state.Visited.Contains(to) ? Queue.EscalateAfter : null));
        Timers.Add((ApprovalDue.Deadline, Queue.DefaultAfter));
    }

    private void Escalate(string queue, Told told)
    {
        string from = _state.Queue;
        EndClaim();
        Enter(queue);
        Sent.Add(new ProducerRecord(ApprovalRequests.PendingTopicOf(queue), EventCodec.Encode(Event, _state.Request!.Key)));
        Tell(ApprovalKinds.Escalated, told with { From = from });
    }

    private void Approve(Told told, IReadOnlyList<string> approvers)
    {
        ApprovalRequest request = _state.Request!;
        var extensions = new Dictionary<string, string>(Event.Extensions, StringComparer.Ordinal)
        {
            ["approvalid"] = _state.Id,
            ["approvedby"] = approvers.Count == 0 ? "ganglion" : string.Join(", ", approvers),
            ["approvalversion"] = _state.Version.ToString(CultureInfo.InvariantCulture),
        };
        if (request.Stage is { } stage)
        {
            extensions[ApprovalRequests.StageAttribute] = stage;
        }

        if (_state.Edits > 0)
        {
            extensions["approvaledits"] = _state.Edits.ToString(CultureInfo.InvariantCulture);
        }

        Sent.Add(new ProducerRecord(request.ApprovedTopic, EventCodec.Encode(Event with { Extensions = extensions }, request.Key)));
        Tell(ApprovalKinds.Approved, told with { Approvers = approvers });
        End(ApprovalStatus.Approved, told.By);
    }

    private void Reject(Told told)
    {
        ApprovalRequest request = _state.Request!;
        if (request.Fallback is { } fallback)
        {
            var extensions = new Dictionary<string, string>(fallback.Event.Extensions, StringComparer.Ordinal)
            {
                ["approvalid"] = _state.Id,
                ["rejectedby"] = told.By ?? "ganglion",
            };
            if (Plain(told.Reason) is { Length: > 0 } reason)
            {
                extensions["rejectedreason"] = reason;
            }

            CloudEvent answer = fallback.Event with
            {
                Extensions = extensions,
                CausationId = fallback.Event.CausationId ?? request.Event.Id,
                CorrelationId = fallback.Event.CorrelationId ?? request.Event.CorrelationId ?? request.Event.Id,
            };
            Sent.Add(new ProducerRecord(fallback.Topic, EventCodec.Encode(answer, request.Key)));
        }

        Tell(ApprovalKinds.Rejected, told);
        End(ApprovalStatus.Rejected, told.By);
    }

    // An attribute holds no line breaks, and is not the place for more than a sentence or two.
    private static string? Plain(string? text) => text is null
        ? null
        : string.Concat(text.EnumerateRunes().Take(500).Select(letter => Rune.IsControl(letter) ? " " : letter.ToString())).Trim();

    // It is remembered for a while that it is over, and by whom; the event is not.
    private void End(ApprovalStatus status, string? by)
    {
        _state = new ApprovalState
        {
            Id = _state.Id,
            Queue = _state.Queue,
            Since = _state.Since,
            Conversation = _state.Conversation,
            Status = status,
            Version = _state.Version,
            Entries = _state.Entries,
            Timers = _state.Timers,
            DecidedAt = _now,
            DecidedBy = by,
        };
        Timers.Clear();
        foreach (string what in _state.Timers.Keys)
        {
            Timers.Add((what, null));
        }

        Timers.Add((ApprovalDue.Forgetting, _options.KeepDecided));
    }

    private void EndClaim()
    {
        if (_state.Claim is not null)
        {
            _state = _state with { Claim = null };
            Timers.Add((ApprovalDue.ClaimEnd, null));
        }
    }

    private void Tell(string kind, Told told)
    {
        Entries.Add((kind, new ApprovalEntry
        {
            Approval = _state.Id,
            At = _now,
            Since = _state.Since,
            Version = _state.Version,
            Queue = _state.Queue,
            By = told.By,
            Authenticated = told.IsAuthenticated,
            Reason = told.Reason,
            Rule = _state.Request?.Rule,
            Agent = _state.Request?.Origin,
            Until = told.Until,
            From = told.From,
            Approvers = told.Approvers,
            Edits = _state.Edits,
            Difference = told.Difference,
            Event = told.Event,
            Request = told.Request,
        }));
        _state = _state with { Entries = _state.Entries + 1 };
    }

    /// <summary>What differs from entry to entry.</summary>
    private readonly record struct Told
    {
        public string? By { get; init; }

        public bool IsAuthenticated { get; init; }

        public string? Reason { get; init; }

        public DateTimeOffset? Until { get; init; }

        public string? From { get; init; }

        public IReadOnlyList<string>? Approvers { get; init; }

        public IReadOnlyList<ApprovalDifference>? Difference { get; init; }

        public CloudEvent? Event { get; init; }

        public ApprovalRequest? Request { get; init; }

        public static Told Of(ApprovalCommand command) =>
            new() { By = command.By, IsAuthenticated = command.IsAuthenticated, Reason = command.Reason };
    }
}
