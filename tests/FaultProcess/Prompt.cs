using Ganglion.Approvals;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;

namespace FaultProcess;

/// <summary>A prompt, and somebody who approves what is asked meanwhile, until the answer is there.</summary>
internal sealed class Prompt(IEventPublisher publisher, IEventBroker broker, ApprovalQueues queues)
{
    public async Task RunAsync()
    {
        await publisher.PublishAsync("tools.prompts", new CloudEvent("tools.prompt", "/tests", TimeProvider.System) { Id = "prompt-1" }, "one");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await IsAnsweredAsync())
        {
            foreach (ApprovalItem item in (await queues.ListAsync(new ApprovalFilter { Queue = "tools" })).Items)
            {
                await ApproveAsync(item);
            }

            await timer.WaitForNextTickAsync();
        }
    }

    private async Task ApproveAsync(ApprovalItem item)
    {
        try
        {
            await queues.ActAsync(new ApprovalCommand(item.Id, ApprovalAction.Approve) { By = "maria", Version = item.Version });
        }
        catch (ApprovalException exception) when (exception.Code == "approval-decided")
        {
        }
    }

    private async Task<bool> IsAnsweredAsync()
    {
        if (await broker.Topics.FindAsync("tools.answers") is not { } answers)
        {
            return false;
        }

        foreach (var partition in answers.Partitions)
        {
            if (await broker.Topics.GetOffsetAsync(new TopicPartition("tools.answers", partition.Partition), OffsetPosition.Latest) > 0)
            {
                return true;
            }
        }

        return false;
    }
}
