using Ganglion.Journal;

namespace Ganglion.Runtime.Steps;

internal sealed class SubscribeStep(AnswerRelay answers) : ITurnStep
{
    public ValueTask RunAsync(Invocation invocation) =>
        invocation.Waits ? SubscribeAsync(invocation, invocation.Context!.Execution!.Pending) : default;

    private async ValueTask SubscribeAsync(Invocation invocation, IEnumerable<Operation> pending)
    {
        foreach (Operation operation in pending)
        {
            if (operation.Answer is { } answer)
            {
                await answers.AwaitAsync(answer.Channel, invocation.Instance!.Partition.Lost).ConfigureAwait(false);
            }
        }
    }
}
