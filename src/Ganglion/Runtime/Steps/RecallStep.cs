using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Faults;
using Ganglion.Journal;
using Ganglion.Journal.Entries;
using Ganglion.Runtime.Inputs;
using Ganglion.Telemetry;

namespace Ganglion.Runtime.Steps;

internal sealed class RecallStep(AgentDefinition agent, ForwardedRecords forwarded, AgentMetrics metrics, TimeProvider time) : ITurnStep
{
    public ValueTask RunAsync(Invocation invocation)
    {
        JournalStore journals = invocation.Instance!.Partition.Journals;
        invocation.Journal = null;
        invocation.Recorded = 0;
        if (invocation.SkipsHandler)
        {
            return default;
        }

        if (journals.IsEmpty && invocation.Operation is null)
        {
            // An attempt before this one may have begun a journal that was refused.
            invocation.Open = null;
            return default;
        }

        OpenInvocation? open = journals.Find(invocation.Operation?.Invocation
            ?? InvocationId.Of(invocation.Event!, invocation.Handler!.Channel, agent.Type.Name, invocation.Key!));
        invocation.Open = open;
        if (open is { Records: > 0 })
        {
            return RecallAsync(invocation, journals, open);
        }

        if (invocation.Operation is not null)
        {
            Refuse(invocation);
        }

        return default;
    }

    private async ValueTask RecallAsync(Invocation invocation, JournalStore journals, OpenInvocation open)
    {
        List<JournalEntry> journal = await journals.ReadAsync(open, invocation.Instance!.Partition.Lost).ConfigureAwait(false);
        invocation.Journal = journal;
        invocation.Recorded = journal.Count;
        FaultHook.Reach(FaultPoints.TurnRecalled);
        if (invocation.Operation is not { } operation)
        {
            // An event that waits already has come again.
            invocation.SkipsHandler = journal[^1] is WaitEntry;
            invocation.Handler = FindHandler(invocation.Handler!.Channel, journal);
            return;
        }

        // Kept, since from the second attempt on the invocation is that of the event which began it.
        invocation.Arrived ??= (invocation.Event!, invocation.Origin);
        if (operation.Number == OperationId.Cancellation)
        {
            Cancel(invocation, journal);
        }
        else if (journal[^1] is WaitEntry wait
            && wait.For.FirstOrDefault(pending => pending.Number == operation.Number) is { Name: not null } pending
            && OutcomeFor(pending, invocation.Arrived.Value.Event, invocation.Arrived.Value.Origin) is { } outcome)
        {
            DateTimeOffset now = time.GetUtcNow();
            journal.Add(new TurnEntry(now, VersionOf(journal)));
            journal.Add(new OutcomeEntry(pending, outcome, now));
            TakeUp(invocation, journal);
        }
        else if (HasInThisTurn(journal, operation.Number))
        {
            // Interrupted, it goes on where it was.
            TakeUp(invocation, journal);
        }
        else
        {
            Refuse(invocation);
        }
    }

    private void Cancel(Invocation invocation, List<JournalEntry> journal)
    {
        bool wasInterrupted = journal[^1] is not (ParkedEntry or WaitEntry) && IsThisTurn(journal, entry => entry is CancelledEntry);
        if (journal[^1] is WaitEntry)
        {
            DateTimeOffset now = time.GetUtcNow();
            journal.Add(new TurnEntry(now, VersionOf(journal)));
            journal.Add(new CancelledEntry(now));
        }
        else if (!wasInterrupted)
        {
            invocation.SkipsHandler = true;
            return;
        }

        TakeUp(invocation, journal);
    }

    private static Outcome? OutcomeFor(Operation pending, CloudEvent arrived, Origin from) => pending.Kind switch
    {
        OperationKind.Timer => Outcome.Nothing,
        OperationKind.Question when from.Channel == pending.Answer!.Channel => new Outcome(Event: arrived),
        OperationKind.Question when from.Channel is null && arrived.Type == OperationId.TimerElapsed => Outcome.TimedOut,
        OperationKind.Call when from.Channel is not null => null,
        OperationKind.Call => arrived.Type switch
        {
            RequestEvents.Replied => new Outcome(arrived.Data, arrived.DataContentType, Schema: arrived.DataSchema),
            RequestEvents.Failed => new Outcome(Failure: RequestEvents.ReadFailure(arrived)),
            OperationId.TimerElapsed => Outcome.TimedOut,
            _ => null,
        },
        _ => null,
    };

    // The turn is that of the event which began it all, and so is whatever becomes of it.
    private void TakeUp(Invocation invocation, List<JournalEntry> journal)
    {
        BegunEntry begun = journal.OfType<BegunEntry>().First();
        invocation.Event = begun.Event;
        invocation.Parkable = begun.Event;
        invocation.Origin = new Origin(begun.Channel, begun.At.Partition.Topic, begun.At.Partition.Partition, begun.At.Offset);
        invocation.Handler = FindHandler(begun.Channel, journal);
    }

    private Handler FindHandler(string channel, List<JournalEntry> journal) =>
        agent.FindHandler(channel, VersionOf(journal)) ?? throw new UnprocessableEventException(
            "handler-not-found",
            $"{agent.Type} has no handler of version {VersionOf(journal)} for '{channel}' any more, and an invocation of it was under way: bring it back until none waits.");

    private static int VersionOf(List<JournalEntry> journal) => journal.OfType<TurnEntry>().First().Version;

    // It was for an operation that has ended. A handler that wants it gets it through the inbox, since its instance may be another one.
    private void Refuse(Invocation invocation)
    {
        invocation.SkipsHandler = true;
        if (invocation.Origin.Channel is { } channel && agent.FindHandler(channel) is { Unclaimed: true })
        {
            invocation.Records =
            [
                forwarded.Forward(
                    invocation.Record, invocation.Origin, channel, invocation.Input.Id.Partition, OperationId.NoneHeader),
            ];
            return;
        }

        metrics.Unclaimed(invocation.Origin.Topic);
    }

    private static bool HasInThisTurn(List<JournalEntry> journal, int number) =>
        journal[^1] is not (ParkedEntry or WaitEntry)
        && IsThisTurn(journal, entry => entry is OutcomeEntry outcome && outcome.Operation.Number == number);

    private static bool IsThisTurn(List<JournalEntry> journal, Predicate<JournalEntry> what) =>
        journal.FindLastIndex(what) > journal.FindLastIndex(entry => entry is WaitEntry);
}
