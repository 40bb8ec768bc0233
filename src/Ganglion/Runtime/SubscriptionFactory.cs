using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Registry;
using Ganglion.Runtime.Answers;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Failures;
using Ganglion.Runtime.Inputs;
using Ganglion.Telemetry;

namespace Ganglion.Runtime;

/// <summary>Sets an agent to work, as often as it is started.</summary>
/// <param name="agent">The agent.</param>
/// <param name="services">What its handlers share.</param>
/// <param name="metrics">What is counted of the agent.</param>
/// <param name="broker">The broker.</param>
/// <param name="subscriptions">What it subscribes to.</param>
internal sealed class SubscriptionFactory(
    AgentDefinition agent, AgentServices services, AgentMetrics metrics, IEventBroker broker, SubscriptionRegistry subscriptions)
{
    /// <summary>Creates the agent's topics where they are missing, and joins its group.</summary>
    public async Task<Subscription> StartAsync(CancellationToken cancellationToken)
    {
        await services.Routes.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        InputTopics topics = await InputTopics.PrepareAsync(
            agent, services.Routes, broker.Topics, cancellationToken).ConfigureAwait(false);
        await subscriptions.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        await services.Pauses.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        await topics.UpdateAsync(subscriptions.Of(agent.Type).Entries, cancellationToken).ConfigureAwait(false);
        var rebalances = new RebalanceRelay();
        var options = new ConsumerOptions
        {
            GroupId = agent.Type.Name,
            Topics = topics.Names,
            CoPartitionedWith = topics.Own.Inbox,
            RebalanceListener = rebalances,
            ClientId = agent.Type.Name,
        };
        IEventProducer producer = await broker.CreateProducerAsync(
            new ProducerOptions { ClientId = agent.Type.Name }, cancellationToken).ConfigureAwait(false);
        IAsyncDisposable started = producer;
        try
        {
            IEventConsumer consumer = await broker.CreateConsumerAsync(options, cancellationToken).ConfigureAwait(false);
            SubscriptionParts parts = Assemble(topics, producer, consumer);
            var subscription = new Subscription(parts, services.Logger);
            started = subscription;
            rebalances.Listener = subscription;
            subscription.Start();
            foreach (string channel in agent.UnclaimedChannels)
            {
                await parts.Answers.AwaitAsync(channel, cancellationToken).ConfigureAwait(false);
            }

            return subscription;
        }
        catch
        {
            await started.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private SubscriptionParts Assemble(InputTopics topics, IEventProducer producer, IEventConsumer consumer)
    {
        var owned = new OwnedPartitions();
        var commits = new CommitQueue();
        var forwarded = new ForwardedRecords(topics);
        var router = new AnswerRouter(topics.Own, owned.Partitions, forwarded, channel => agent.FindHandler(channel) is { Unclaimed: true });
        var answers = new AnswerRelay(topics.Own, services, metrics, broker, router);
        var deadLetters = new DeadLetterWriter(agent.Type, broker.Topics, metrics, services.Logger);
        var journals = new JournalWriter(topics.Own, services.Source, services.Time, commits);
        var refused = new RefusedRequests(journals, services.Source, services.Time);
        var failures = new FailurePolicy(agent.Options, deadLetters, refused, journals, metrics, services.Logger);
        var pipeline = new InvocationPipeline(
            new PipelineParts(
                agent, services, metrics, topics, forwarded, router, answers, new KnownTopics(broker.Topics), commits, journals, failures));
        var turns = new InstanceTurns(topics.Own, owned, pipeline, failures, commits, metrics, agent.Options.Concurrency, services.Time);
        turns.ChangeLanes(topics.Lanes);
        var intake = new Intake(owned, topics, services.Routes, pipeline, turns, commits, services.Time, services.Logger);
        return new SubscriptionParts(
            agent,
            metrics,
            topics,
            producer,
            consumer,
            owned,
            new ComingPartitions(
                new AgentPartitionFactory(agent, topics.Own, broker, answers, turns.Schedule, metrics, services),
                new RecentEvents(broker, agent.Options.DeduplicationWindow, topics.ChannelOf)),
            new BytesInFlight(agent.Options.MaxBytesInFlight),
            intake,
            turns,
            commits,
            new CommitLoop(commits, producer, consumer, deadLetters, new OwnTopics(topics.Own, broker.Topics), intake, services.Time, services.Logger),
            answers,
            new SubscriptionFollower(agent.Type, topics, subscriptions, services.Routes, intake, consumer, services.Time, services.Logger),
            new EndedInputs(agent.Type, owned, commits, broker.Topics, services.Time, services.Logger),
            new Watchdog(agent, owned.Partitions.Select(partition => partition.Value), turns.GiveUp, metrics, services.Logger));
    }
}
