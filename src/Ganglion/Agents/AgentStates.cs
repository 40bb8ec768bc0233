using System.Runtime.CompilerServices;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.State;

namespace Ganglion.Agents;

/// <summary>
/// What the instances of agents remember, read from the log: now, and at any earlier point that the agent's
/// <see cref="AgentOptions.StateHistory"/> has kept. Whoever runs the agents is not asked and not held up. Thread-safe.
/// </summary>
/// <param name="broker">Where the agents keep their state.</param>
/// <param name="data">Reads typed data. Default: as <see cref="EventDataOptions"/> has it.</param>
/// <remarks>Each look reads a partition of the agent's topic of states from its beginning: it is for people and tools, not for handlers.</remarks>
public sealed class AgentStates(IEventBroker broker, EventDataSerializer? data = null)
{
    private readonly EventDataSerializer _data = data ?? new EventDataSerializer();

    /// <summary>Finds the state of an instance.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="at">
    /// At which point: <see cref="OffsetPosition.At"/> with what lies up to this offset of its partition, this included;
    /// <see cref="OffsetPosition.Since"/> with what had happened by this time. Default: <see cref="OffsetPosition.Latest"/>, now.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The state; <see langword="null"/> if the instance remembers, or remembered, nothing.</returns>
    /// <exception cref="StateException">
    /// A part of it is gone: by compaction (<c>state-history-gone</c>), or otherwise (<c>state-incomplete</c>); or it is malformed.
    /// </exception>
    /// <exception cref="TopicException">The agent has never run here (<c>topic-not-found</c>).</exception>
    /// <exception cref="CorruptLogException">The log is damaged.</exception>
    public async ValueTask<AgentState?> FindAsync(AgentId instance, OffsetPosition? at = null, CancellationToken cancellationToken = default)
    {
        OffsetPosition until = at ?? OffsetPosition.Latest;
        if (until.Kind == OffsetPositionKind.Earliest)
        {
            throw new ArgumentException("The earliest point is that of nothing: name an offset or a time.", nameof(at));
        }

        TopicPartition partition = await PartitionOfAsync(instance, cancellationToken).ConfigureAwait(false);
        var fold = new StateFold();
        await foreach ((StateRecord next, ConsumedRecord record) in ReadAsync(instance, partition, cancellationToken).ConfigureAwait(false))
        {
            if (IsBeyond(record, until))
            {
                // What followed tells whether what was there is all there was.
                if (fold.MissingBefore(next) > 0)
                {
                    throw Gone(instance, until);
                }

                break;
            }

            fold.Add(next, record);
        }

        if (fold.IsIncomplete)
        {
            throw until.Kind == OffsetPositionKind.Latest
                ? new StateException("state-incomplete", $"Of the state of {instance} something is gone that its changes rest on. {StateException.Remedy}")
                : Gone(instance, until);
        }

        return fold.State is { } state
            ? new AgentState(instance, state, new TopicPartitionOffset(partition, fold.Newest.Offset), fold.Newest.Record.Timestamp, SerializerOf(instance.Type))
            : null;
    }

    /// <summary>Reads what was done with the state of an instance, as far as it is still there, oldest first.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was done. Where something in between is gone, the next one tells (<see cref="AgentStateChange.Missing"/>).</returns>
    /// <exception cref="StateException">A record of it is malformed.</exception>
    /// <inheritdoc cref="FindAsync" path="/exception[@cref='TopicException']"/>
    /// <inheritdoc cref="FindAsync" path="/exception[@cref='CorruptLogException']"/>
    public async IAsyncEnumerable<AgentStateChange> ReadHistoryAsync(AgentId instance, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        TopicPartition partition = await PartitionOfAsync(instance, cancellationToken).ConfigureAwait(false);
        var fold = new StateFold();
        await foreach ((StateRecord next, ConsumedRecord record) in ReadAsync(instance, partition, cancellationToken).ConfigureAwait(false))
        {
            yield return new AgentStateChange(
                KindOf(next),
                new TopicPartitionOffset(partition, record.Offset),
                next.Version,
                EventCodec.Decode(record.Record, partition.Topic, partition.Partition, record.Offset))
            {
                Name = next.Change?.Name,
                Missing = fold.MissingBefore(next),
            };
            fold.Add(next, record);
        }
    }

    /// <summary>Reads the states of all instances of an agent, partition by partition, those first that have not changed for longest.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>
    /// The states as they were when their partition was begun. An instance that changes meanwhile is left out if its earlier state is compacted
    /// away at once, which <see cref="AgentOptions.StateHistory"/> prevents.
    /// </returns>
    /// <exception cref="StateException">A part of a state is gone or malformed.</exception>
    /// <inheritdoc cref="FindAsync" path="/exception[@cref='TopicException']"/>
    /// <inheritdoc cref="FindAsync" path="/exception[@cref='CorruptLogException']"/>
    public async IAsyncEnumerable<AgentState> ReadAllAsync(AgentType agent, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        TopicDescription topic = await DescribeAsync(agent, cancellationToken).ConfigureAwait(false);
        StateSerializer serializer = SerializerOf(agent);
        foreach (PartitionDescription described in topic.Partitions)
        {
            var partition = new TopicPartition(topic.Name, described.Partition);
            var log = new PartitionReader(broker, partition);
            var states = new StateStore(log, cacheBytes: 0);
            await using var _ = states.ConfigureAwait(false);
            await states.RestoreAsync(cancellationToken).ConfigureAwait(false);
            await foreach (ConsumedRecord record in log.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (states.IsNewest(record) && KeyOf(record.Record) is var key
                    && await states.ReadAsync(key, cancellationToken).ConfigureAwait(false) is { } state)
                {
                    yield return new AgentState(
                        new AgentId(agent, key), state, new TopicPartitionOffset(partition, record.Offset), record.Record.Timestamp, serializer);
                }
            }
        }
    }

    private async IAsyncEnumerable<(StateRecord Next, ConsumedRecord Record)> ReadAsync(
        AgentId instance, TopicPartition partition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] key = Encoding.UTF8.GetBytes(instance.Key);
        var log = new PartitionReader(broker, partition);
        await using var _ = log.ConfigureAwait(false);
        await foreach (ConsumedRecord record in log.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (StateFold.IsOf(record.Record, key))
            {
                yield return (StateCodec.Read(record.Record, $"{partition}@{record.Offset}"), record);
            }
        }
    }

    private async ValueTask<TopicPartition> PartitionOfAsync(AgentId instance, CancellationToken cancellationToken)
    {
        TopicDescription topic = await DescribeAsync(instance.Type, cancellationToken).ConfigureAwait(false);
        return new TopicPartition(topic.Name, Murmur2.PartitionOf(Encoding.UTF8.GetBytes(instance.Key), topic.Partitions.Count));
    }

    private async ValueTask<TopicDescription> DescribeAsync(AgentType agent, CancellationToken cancellationToken) =>
        await broker.Topics.FindAsync($"{agent}.state", cancellationToken).ConfigureAwait(false)
        ?? throw new TopicException("topic-not-found", $"There is no topic '{agent}.state': no agent '{agent}' has run here. Correct the name.");

    private StateSerializer SerializerOf(AgentType agent) => new(_data, agent.Name, $"/agents/{agent}");

    private static string KeyOf(in Record record)
    {
        StateCodec.TryReadKey(record.Key.GetValueOrDefault().Span, out ReadOnlySpan<byte> key, out _);
        return Encoding.UTF8.GetString(key);
    }

    private static AgentStateChangeKind KindOf(in StateRecord record) => record switch
    {
        { IsSnapshot: true } => AgentStateChangeKind.Snapshot,
        { Change: not null } => AgentStateChangeKind.Changed,
        { Value: not null } => AgentStateChangeKind.Set,
        _ => AgentStateChangeKind.Cleared,
    };

    private static bool IsBeyond(in ConsumedRecord record, OffsetPosition until) => until.Kind switch
    {
        OffsetPositionKind.Offset => record.Offset > until.Offset,
        OffsetPositionKind.Time => record.Record.Timestamp > until.Time,
        _ => false,
    };

    private static StateException Gone(AgentId instance, OffsetPosition at) => new(
        "state-history-gone",
        $"What {instance} remembered at {(at.Kind == OffsetPositionKind.Time ? at.Time.ToString("O") : at.ToString())} is gone: compaction has removed a part of it. Look at a later point; to keep more, raise {nameof(AgentOptions.StateHistory)}, or min.compaction.lag.ms of the topic.");
}
