using Ganglion.Brokers;
using Ganglion.Journal;
using Ganglion.Runtime.Inputs;

namespace Ganglion.Runtime.Commits;

/// <summary>Entries of a journal that are committed in the middle of a turn, which waits for it.</summary>
internal sealed class JournalCommit : CommitEntry
{
    public JournalCommit(InputPartition input, OpenInvocation open)
        : base(input)
    {
        Open = open;
        Verdict = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public override void Refuse(GanglionException refusal)
    {
        if (refusal is not RecordTooLargeException)
        {
            base.Refuse(refusal);
            return;
        }

        Input.AgentPartition!.Journals.Undo(Open!);
        Verdict!.SetException(new JournalException(
            "outcome-too-large",
            $"What an effect has returned is too large for '{Records![0].Topic}': return less, such as a reference to it, or raise that topic's limit.",
            refusal));
    }
}
