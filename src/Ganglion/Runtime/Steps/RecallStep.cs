using System.Text;
using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Journal;

namespace Ganglion.Runtime.Steps;

internal sealed class RecallStep(AgentDefinition agent, TimeProvider time) : ITurnStep
{
    public ValueTask RunAsync(Invocation invocation)
    {
        JournalStore journals = invocation.Instance!.Partition.Journals;
        invocation.Journal = null;
        invocation.Recorded = 0;
        if (journals.IsEmpty && invocation.Request is null)
        {
            return default;
        }

        OpenInvocation? open = journals.Find(invocation.Request?.Invocation
            ?? InvocationId.Of(invocation.Event!, invocation.Handler!.Channel, agent.Type.Name, invocation.Key!));
        invocation.Open = open;
        if (open is not { Records: > 0 })
        {
            invocation.IsInVain = invocation.Request is not null;
            return default;
        }

        return RecallAsync(invocation, journals, open);
    }

    private async ValueTask RecallAsync(Invocation invocation, JournalStore journals, OpenInvocation open)
    {
        List<JournalEntry> journal = await journals.ReadAsync(open, invocation.Instance!.Partition.Lost).ConfigureAwait(false);
        invocation.Journal = journal;
        invocation.Recorded = journal.Count;
        if (invocation.Request is not { } request)
        {
            // An event that waits already has come again.
            invocation.IsInVain = journal[^1] is WaitEntry;
            return;
        }

        TakeUp(invocation, journal.OfType<BegunEntry>().First());
        if (journal[^1] is WaitEntry wait && wait.For.FirstOrDefault(operation => operation.Number == request.Number) is { Name: not null } operation)
        {
            DateTimeOffset now = time.GetUtcNow();
            journal.Add(new TurnEntry(now));
            journal.Add(new OutcomeEntry(operation, Outcome.Nothing, now));
        }
        else
        {
            // Interrupted, it goes on where it was; otherwise it has had this outcome long ago.
            invocation.IsInVain = !HasInThisTurn(journal, request.Number);
        }
    }

    // The turn is that of the event which began it all, and so is whatever becomes of it.
    private void TakeUp(Invocation invocation, BegunEntry begun)
    {
        invocation.Event = begun.Event;
        invocation.Origin = new Origin(begun.Channel, begun.At.Partition.Topic, begun.At.Partition.Partition, begun.At.Offset);
        invocation.Handler = agent.FindHandler(begun.Channel) ?? throw new UnprocessableEventException(
            "handler-not-found",
            $"{agent.Type} has no handler for '{begun.Channel}' any more, and an invocation of it was waiting: bring it back until none waits.");
        invocation.Parkable = EventCodec.Encode(begun.Event, Encoding.UTF8.GetBytes(invocation.Key!));
    }

    private static bool HasInThisTurn(List<JournalEntry> journal, int number) =>
        journal[^1] is not ParkedEntry
        && journal.Skip(journal.FindLastIndex(entry => entry is WaitEntry) + 1).OfType<OutcomeEntry>().Any(outcome => outcome.Operation.Number == number);
}
