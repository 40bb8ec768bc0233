using Ganglion.Brokers;
using Ganglion.Runtime.Commits;

namespace Ganglion.Runtime.Steps;

internal sealed class AwaitCommitStep(KnownTopics topics, CommitQueue commits) : ITurnStep
{
    public ValueTask RunAsync(Invocation invocation) =>
        invocation.Records is not { } records || topics.Accept(records) ? default : AwaitVerdictAsync(invocation, records);

    private async ValueTask AwaitVerdictAsync(Invocation invocation, List<ProducerRecord> records)
    {
        BusyInstance instance = invocation.Instance!;
        await topics.LearnAsync(records, instance.Partition.Lost).ConfigureAwait(false);
        if (topics.Accept(records))
        {
            return;
        }

        invocation.Verdict = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        commits.Add(invocation);
        try
        {
            await invocation.Verdict.Task.ConfigureAwait(false);
        }
        catch
        {
            // What comes next, another attempt or the parked event, awaits no verdict yet.
            invocation.Verdict = null;
            if (invocation.Open is { } open)
            {
                instance.Partition.Journals.Undo(open);
            }

            if (!invocation.StateRange.IsEmpty)
            {
                instance.Partition.State.Undo(instance.Key);
                instance.IsRestored = false;
            }

            throw;
        }
    }
}
