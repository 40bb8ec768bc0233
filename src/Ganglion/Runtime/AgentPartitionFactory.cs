using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Journal;
using Ganglion.Runtime.Answers;
using Ganglion.Runtime.Failures;
using Ganglion.State;
using Ganglion.Telemetry;

namespace Ganglion.Runtime;

/// <summary>Makes an agent's partitions as they come, with what the log has of their instances.</summary>
/// <param name="agent">The agent.</param>
/// <param name="topics">Its topics.</param>
/// <param name="broker">The broker.</param>
/// <param name="answers">Told on which channels answers are awaited.</param>
/// <param name="schedule">Schedules an instance.</param>
/// <param name="metrics">What is counted of the agent.</param>
/// <param name="services">The clock and the logger.</param>
internal sealed class AgentPartitionFactory(
    AgentDefinition agent,
    AgentTopics topics,
    IEventBroker broker,
    AnswerRelay answers,
    Action<BusyInstance> schedule,
    AgentMetrics metrics,
    AgentServices services)
{
    /// <summary>Reads what the log has of a partition.</summary>
    /// <exception cref="StorageException">It is damaged.</exception>
    public async Task<AgentPartition> RestoreAsync(int number, CancellationToken cancellationToken)
    {
        using var progress = new RestoreProgress(agent.Type, number, metrics, services.Time, services.Logger);
        var state = new StateStore(Read(topics.State), agent.Options.StateCacheBytes / topics.Partitions);
        var timers = new TimerQueue(Read(topics.Timers), services.Time);
        var journals = new JournalStore(Read(topics.Journal));
        var suspension = new Suspension(agent, number, schedule, services.Time, metrics, services.Logger);
        var gate = new PauseGate(agent.Type, services.Pauses, schedule);
        var partition = new AgentPartition(number, state, timers, journals, suspension, gate);
        gate.Cancelling += partition.CancelPaused;
        try
        {
            await state.RestoreAsync(cancellationToken).ConfigureAwait(false);
            await timers.RestoreAsync(cancellationToken).ConfigureAwait(false);
            await journals.RestoreAsync(cancellationToken).ConfigureAwait(false);
            foreach (string channel in journals.Channels)
            {
                await answers.AwaitAsync(channel, cancellationToken).ConfigureAwait(false);
            }

            progress.Complete();
            return partition;
        }
        catch (Exception exception)
        {
            await partition.DisposeAsync().ConfigureAwait(false);
            if (exception is not CorruptLogException)
            {
                throw;
            }

            // Of its inputs an agent can miss a part, of what it remembers it cannot.
            throw new StorageException(
                "state-damaged",
                $"{topics.Agent} cannot work on partition {number}: what it remembers is damaged. {exception.Message} Restore the topic from a backup.",
                exception);
        }

        PartitionReader Read(string topic) => new(broker, new TopicPartition(topic, number), progress.Read);
    }
}
