using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Faults;
using Ganglion.Runtime.Inputs;
using Ganglion.State;

namespace Ganglion.Runtime;

// Partitions come and go. All of this runs within the reading loop.
internal sealed partial class Subscription : IRebalanceListener
{
    async ValueTask IRebalanceListener.OnAssignedAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata?> partitions, CancellationToken cancellationToken)
    {
        // All at once: what an agent remembers may take a while to read.
        await Task.WhenAll(partitions.Keys.Where(id => parts.Topics.IsCoPartitioned(id.Topic)).Select(id => id.Partition).Distinct().Select(
            number => Task.Run(() => FindAgentPartitionAsync(number, cancellationToken).AsTask(), cancellationToken))).ConfigureAwait(false);
        foreach ((TopicPartition id, OffsetAndMetadata? committed) in partitions)
        {
            AgentPartition? agentPartition = parts.Topics.IsCoPartitioned(id.Topic)
                ? await FindAgentPartitionAsync(id.Partition, cancellationToken).ConfigureAwait(false)
                : null;
            OffsetAndMetadata from = committed ?? new OffsetAndMetadata(0);
            if (parts.Topics.StartOf(id) is var start && from.Offset < start)
            {
                // It subscribed later, or anew: what came before is not for it.
                from = new OffsetAndMetadata(start);
                parts.Consumer.Seek(id, start);
            }

            SeenEvents seen = await parts.Recent.ReadAsync(id, from, cancellationToken).ConfigureAwait(false);
            var input = new InputPartition(
                id, parts.Topics.ChannelOf(id.Topic), agentPartition, new OffsetTracker(from), seen, parts.Consumer, parts.InFlight);
            parts.Owned.Inputs[id] = input;
            if (agentPartition is not null && id.Topic == parts.Topics.Own.Inbox)
            {
                agentPartition.Timers.Start(timer => parts.Turns.Fire(input, timer));
                foreach (string key in agentPartition.Held.Waiting())
                {
                    parts.Turns.GoOnWithDeferred(agentPartition, key, finished: null);
                }
            }
        }

        FaultHook.Reach(FaultPoints.AgentAssigned);
    }

    async ValueTask IRebalanceListener.OnRevokedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(parts.Agent.Options.DrainTimeout);
        AgentPartition[] leaving = AgentPartitionsOf(partitions, parts.Owned.Inputs.Values.Where(input => !partitions.Contains(input.Id)));
        await DrainAsync(leaving, patience.Token).ConfigureAwait(false);
        await CloseAsync(
            [.. InputsOf(partitions).Where(input => !leaving.Contains(input.AgentPartition))],
            patience.Token).ConfigureAwait(false);
        await DropAsync(partitions).ConfigureAwait(false);
    }

    ValueTask IRebalanceListener.OnLostAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        LoseWhatRestsOn([.. InputsOf(partitions)]);
        return DropAsync(partitions);
    }

    // A topic was deleted and the agent's partitions stay: what they know of its events that is in no commit must not get into a later one.
    private void LoseWhatRestsOn(InputPartition[] lost)
    {
        foreach (InputPartition input in lost)
        {
            _ = input.CloseAsync();
        }

        InputPartition[] broken = [.. lost.Where(input => input is { AgentPartition: not null, HasInFlight: true })];
        InputPartition[] resting = [.. parts.Owned.Inputs.Values.Except(lost).Where(input => broken.Any(one => one.AgentPartition == input.AgentPartition))];

        // Before those that are gone, so that no commit leaves out the one and writes the other.
        foreach (InputPartition input in resting)
        {
            input.Lose();
        }

        if (resting.Length > 0)
        {
            string topics = string.Join(", ", broken.Select(input => input.Id.Topic).Distinct());
            parts.Turns.Break(new TopicException(
                "topic-not-found", $"{topics} was deleted while {parts.Agent.Type} handled events of it. What they did that was not committed is dropped with them."));
        }
    }

    // The agent's partitions that go with theirs, because nothing is left that is read for them.
    private AgentPartition[] AgentPartitionsOf(IEnumerable<TopicPartition> partitions, IEnumerable<InputPartition> staying) =>
        [.. InputsOf(partitions).Select(input => input.AgentPartition).Except(staying.Select(input => input.AgentPartition)).OfType<AgentPartition>()];

    private IEnumerable<InputPartition> InputsOf(IEnumerable<TopicPartition> partitions) =>
        partitions.Select(id => parts.Owned.Inputs.GetValueOrDefault(id)).OfType<InputPartition>();

    // A topic goes and the agent's partitions stay: what was taken up of it is finished and committed, and nothing more is begun.
    private async ValueTask CloseAsync(InputPartition[] inputs, CancellationToken cancellationToken)
    {
        if (inputs.Length == 0)
        {
            return;
        }

        Task finished = Task.WhenAll(inputs.Select(input => input.CloseAsync()));
        await Task.WhenAny(finished, _committing).WaitAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAny(parts.Commits.FlushAsync(), _committing).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<AgentPartition> FindAgentPartitionAsync(int number, CancellationToken cancellationToken)
    {
        if (parts.Owned.Partitions.TryGetValue(number, out AgentPartition? known))
        {
            return known;
        }

        AgentPartition agentPartition = await parts.PartitionFactory.RestoreAsync(number, cancellationToken).ConfigureAwait(false);
        parts.Owned.Partitions[number] = agentPartition;
        return agentPartition;
    }

    // The inputs first: what is finished for them from now on is in vain.
    private async ValueTask DropAsync(IReadOnlyCollection<TopicPartition> partitions)
    {
        foreach (TopicPartition id in partitions)
        {
            if (parts.Owned.Inputs.TryRemove(id, out InputPartition? input))
            {
                input.Lose();
            }
        }

        IEnumerable<AgentPartition?> read = parts.Owned.Inputs.Values.Select(input => input.AgentPartition);
        AgentPartition[] gone = [.. parts.Owned.Partitions.Values.Except(read).OfType<AgentPartition>()];
        foreach (AgentPartition agentPartition in gone)
        {
            parts.Owned.Partitions.TryRemove(agentPartition.Number, out _);
        }

        try
        {
            await Task.WhenAll(gone.Select(agentPartition => agentPartition.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
        finally
        {
            Array.ForEach(gone, GiveUpCalls);

            // What they held is free for others, whom no commit may come to wake.
            parts.Intake.PumpAll();
        }
    }

    // The watchdog looks at what is owned: a handler that blocks is not to keep its place for a partition that is not.
    private void GiveUpCalls(AgentPartition agentPartition)
    {
        foreach ((_, AgentContext call) in agentPartition.FindLongTurns(looks: 0))
        {
            if (call.TryAbandon())
            {
                parts.Metrics.Blocked(1);
                parts.Turns.Abandon();
            }
        }
    }
}
