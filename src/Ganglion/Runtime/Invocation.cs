using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Journal;
using Ganglion.Journal.Entries;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Inputs;

namespace Ganglion.Runtime;

/// <summary>
/// One event on its way through the pipeline: what it is, whose it is, and what became of it. It is in one step at a time, so
/// nothing here is locked.
/// </summary>
internal sealed class Invocation(InputPartition input, Record record) : CommitEntry(input)
{
    public Record Record { get; } = record;

    /// <summary>What is parked if it cannot be handled, where that is not <see cref="Record"/>: the event that an invocation began with.</summary>
    public CloudEvent? Parkable { get; set; }

    /// <summary>Where the record came from: here, or where it lay before it was forwarded.</summary>
    public Origin Origin { get; set; }

    public CloudEvent? Event { get; set; }

    public Handler? Handler { get; set; }

    /// <summary>The key of the instance.</summary>
    public string? Key { get; set; }

    public BusyInstance? Instance { get; set; }

    /// <summary>Whose turn comes after this one, of the same instance.</summary>
    public Invocation? NextOfInstance { get; set; }

    public AgentContext? Context { get; set; }

    /// <summary>The operation of an invocation that waits, whose outcome this is; <see langword="null"/> for an event to be handled.</summary>
    public OperationId? Operation { get; set; }

    /// <summary>What brought the outcome, and from where; then <see cref="Event"/> and <see cref="Origin"/> are of what began the invocation.</summary>
    public (CloudEvent Event, Origin Origin)? Arrived { get; set; }

    /// <summary>What is to be played to the handler, if it has run before.</summary>
    public List<JournalEntry>? Journal { get; set; }

    /// <summary>How many entries of <see cref="Journal"/> lie on the log.</summary>
    public int Recorded { get; set; }

    /// <summary>What it was put aside as, if its instance is held.</summary>
    public DeferredEvent? PutAside { get; set; }

    /// <summary>What it had been put aside as, if it comes from there.</summary>
    public DeferredEvent? Deferred { get; init; }

    /// <summary>Whether no offset moves over it, since that has happened when it was put aside.</summary>
    public bool HasNoOffset => Deferred is not null;

    /// <summary>Whether no handler is called: it waits already, nobody waits for it any more, or the event was put aside.</summary>
    public bool SkipsHandler { get; set; }

    /// <summary>Whether the handler waits, rather than having returned.</summary>
    public bool Waits { get; set; }

    /// <summary>How often the handler has been called.</summary>
    public int Attempts { get; set; }

    /// <summary>In which streak of failures of its partition it has failed; 0: in none. See <see cref="Failures.Suspension"/>.</summary>
    public int FailedIn { get; set; }

    /// <summary>Which of <see cref="CommitEntry.Records"/> are of the instance's state.</summary>
    public RecordRange StateRange { get; set; }

    /// <summary>Whether the turn has waited for the commit, and it has succeeded.</summary>
    public bool IsCommitted => Verdict is { Task.IsCompletedSuccessfully: true };

    /// <summary>Whether it could not be handled: the first of <see cref="CommitEntry.Records"/> tells so, and is left out if it is refused, too.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>Whether it only travels on from here, so that nothing of an instance rests on it.</summary>
    public bool IsForwarded => Key is null && Operation is null && !IsGivenUp;

    /// <summary>Where the event is parked, if it is.</summary>
    public string? DeadLetterTopic { get; set; }

    public int Bytes => Record.SizeOf() + FixedBytes;

    // About what the objects around a record take.
    private const int FixedBytes = 512;

    /// <summary>Takes these records to be committed, none of them of its instance's state, timers or journal, in the place of all before.</summary>
    public void ResetRecords(List<ProducerRecord>? records)
    {
        Records = records;
        StateRange = default;
        TimerRange = default;
        JournalRange = default;
    }
}
