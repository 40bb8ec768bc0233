using Ganglion.Brokers;
using Ganglion.Journal;
using Ganglion.Runtime.Inputs;

namespace Ganglion.Runtime.Commits;

/// <summary>
/// What a commit takes along. An <see cref="Invocation"/> is one that is finished; by itself it is something that is committed beside them:
/// a timer that is due, an effect's outcome.
/// </summary>
internal class CommitEntry(InputPartition input) : TrackedOffset
{
    /// <summary>Where the record was read; for a timer that fires, the inbox that it fires into. Only its owner can commit it.</summary>
    public InputPartition Input { get; } = input;

    /// <summary>What the commit is to write, beside the offset.</summary>
    public List<ProducerRecord>? Records { get; set; }

    /// <summary>Where its journal lies, if it has one.</summary>
    public OpenInvocation? Open { get; set; }

    /// <summary>Which of <see cref="Records"/> are the journal's.</summary>
    public RecordRange JournalRange { get; set; }

    /// <summary>Which of <see cref="Records"/> are the timers'.</summary>
    public RecordRange TimerRange { get; set; }

    /// <summary>
    /// Set where the broker may refuse what is to be committed: the turn waits for what becomes of it, so that nothing else rests on
    /// it meanwhile.
    /// </summary>
    public TaskCompletionSource? Verdict { get; set; }

    /// <summary>The broker has refused it: whoever awaits the verdict is told.</summary>
    public virtual void Refuse(GanglionException refusal) => Verdict!.SetException(refusal);
}
