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
        // Nothing of them is read before what the log has of them is.
        parts.Consumer.Pause(partitions.Keys);
        await parts.Topics.CatchUpWithRoutesAsync(cancellationToken).ConfigureAwait(false);
        var coPartitioned = new HashSet<string>(StringComparer.Ordinal);
        foreach (string topic in partitions.Keys.Select(id => id.Topic).Distinct(StringComparer.Ordinal))
        {
            if (await parts.Topics.IsCoPartitionedAsync(topic, cancellationToken).ConfigureAwait(false))
            {
                coPartitioned.Add(topic);
            }
        }

        foreach ((TopicPartition id, OffsetAndMetadata? committed) in partitions)
        {
            OffsetAndMetadata from = committed ?? new OffsetAndMetadata(0);
            if (parts.Topics.StartOf(id) is var start && from.Offset < start)
            {
                // It subscribed later, or anew: what came before is not for it.
                from = new OffsetAndMetadata(start);
                parts.Consumer.Seek(id, start);
            }

            if (parts.Topics.EndOf(id) is var end && from.Offset > end)
            {
                // What lies behind was for others, and was passed over: see EndedInputs.
                from = new OffsetAndMetadata(end);
            }

            bool isCoPartitioned = coPartitioned.Contains(id.Topic);
            parts.Coming.Begin(id, from, isCoPartitioned, isCoPartitioned ? parts.Owned.Partitions.GetValueOrDefault(id.Partition) : null);
        }
    }

    // What has come is ready.
    private async ValueTask TakeOverAsync()
    {
        IReadOnlyList<ComingInput> ready = await parts.Coming.TakeReadyAsync().ConfigureAwait(false);
        foreach (ComingInput coming in ready)
        {
            AgentPartition? agentPartition = coming.Partition is null ? null : await coming.Partition.ConfigureAwait(false);
            SeenEvents seen = await coming.Seen.ConfigureAwait(false);
            var input = new InputPartition(
                coming.Id,
                parts.Topics.ChannelOf(coming.Id.Topic),
                agentPartition,
                new OffsetTracker(coming.From),
                seen,
                parts.Consumer,
                parts.InFlight,
                parts.Topics.EndOf(coming.Id));
            parts.Owned.Inputs[coming.Id] = input;
            if (agentPartition is not null)
            {
                parts.Owned.Partitions[agentPartition.Number] = agentPartition;
                if (coming.Id.Topic == parts.Topics.Own.Inbox)
                {
                    agentPartition.Timers.Start(timer => parts.Turns.Fire(input, timer));
                    foreach (string key in agentPartition.Held.Waiting())
                    {
                        parts.Turns.GoOnWithDeferred(agentPartition, key, finished: null);
                    }
                }
            }
        }

        if (ready.Count > 0)
        {
            FaultHook.Reach(FaultPoints.AgentAssigned);
            parts.Consumer.Resume(ready.Select(coming => coming.Id).Where(id => !parts.Owned.Inputs[id].HasEnded));
            parts.Intake.PumpAll();
        }
    }

    async ValueTask IRebalanceListener.OnRevokedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(parts.Agent.Options.DrainTimeout);
        await parts.Coming.DropAsync(partitions).ConfigureAwait(false);
        AgentPartition[] leaving = AgentPartitionsOf(partitions, parts.Owned.Inputs.Values.Where(input => !partitions.Contains(input.Id)));
        await DrainAsync(leaving, patience.Token).ConfigureAwait(false);
        await CloseAsync(
            [.. InputsOf(partitions).Where(input => !leaving.Contains(input.AgentPartition))],
            patience.Token).ConfigureAwait(false);
        await DropAsync(partitions).ConfigureAwait(false);
    }

    async ValueTask IRebalanceListener.OnLostAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        LoseWhatRestsOn([.. InputsOf(partitions)]);
        await parts.Coming.DropAsync(partitions).ConfigureAwait(false);
        await DropAsync(partitions).ConfigureAwait(false);
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
        [
            .. InputsOf(partitions).Select(input => input.AgentPartition).Except(staying.Select(input => input.AgentPartition)).OfType<AgentPartition>()
                .Where(partition => !parts.Coming.Needs(partition.Number)),
        ];

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
        AgentPartition[] gone =
            [.. parts.Owned.Partitions.Values.Except(read).OfType<AgentPartition>().Where(partition => !parts.Coming.Needs(partition.Number))];
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
        foreach ((Invocation invocation, AgentContext call) in agentPartition.FindLongTurns(looks: 0))
        {
            if (call.TryAbandon())
            {
                parts.Metrics.Blocked(1);
                parts.Turns.Abandon(invocation.Instance!);
            }
        }
    }
}
