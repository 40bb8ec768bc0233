using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Runtime;

/// <summary>
/// One event on its way through the pipeline: what it is, whose it is, and what became of it. It is in one step at a time, so
/// nothing here is locked.
/// </summary>
internal sealed class Invocation(InputPartition input, Record record) : TrackedOffset
{
    /// <summary>Where the record was read; for a timer that fires, the inbox that it fires into.</summary>
    public InputPartition Input { get; } = input;

    public Record Record { get; } = record;

    /// <summary>Whether this is not a record that was read, but a timer that is due.</summary>
    public bool IsTimer { get; init; }

    /// <summary>Where the record came from: here, or where it lay before it was forwarded.</summary>
    public Origin Origin { get; set; }

    public CloudEvent? Event { get; set; }

    public Handler? Handler { get; set; }

    /// <summary>The key of the instance.</summary>
    public string? Key { get; set; }

    public Instance? Instance { get; set; }

    /// <summary>Whose turn comes after this one, of the same instance.</summary>
    public Invocation? NextOfInstance { get; set; }

    public AgentContext? Context { get; set; }

    /// <summary>How often the handler has been called.</summary>
    public int Attempts { get; set; }

    /// <summary>What the commit is to write, beside the offset.</summary>
    public List<ProducerRecord>? Records { get; set; }

    /// <summary>Which of <see cref="Records"/> is the instance's state; -1: none.</summary>
    public int StateAt { get; set; } = -1;

    /// <summary>Which of <see cref="Records"/> is the first of the timers'; they are the last ones.</summary>
    public int TimersAt { get; set; } = -1;

    /// <summary>
    /// Set where the broker may refuse what is to be committed: the turn waits for what becomes of it, so that nothing else rests on
    /// it meanwhile.
    /// </summary>
    public TaskCompletionSource? Verdict { get; set; }

    /// <summary>Whether the turn has waited for the commit, and it has succeeded.</summary>
    public bool IsCommitted => Verdict is { Task.IsCompletedSuccessfully: true };

    /// <summary>Where the event is parked, if it is.</summary>
    public string? DeadLetterTopic { get; set; }

    public int Bytes => Record.SizeOf() + FixedBytes;

    // About what the objects around a record take.
    private const int FixedBytes = 512;
}
