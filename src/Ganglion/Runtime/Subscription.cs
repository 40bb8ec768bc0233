using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Faults;
using Ganglion.Registry;
using Ganglion.Runtime.Answers;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Failures;
using Ganglion.Runtime.Inputs;
using Ganglion.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime;

/// <summary>
/// An agent at work in this process: a member of the agent's consumer group with the partitions that it owns, from joining the
/// group until it leaves, or until something breaks.
/// </summary>
/// <remarks>
/// Two loops: one reads and follows the group's rebalances, one commits; a third follows what the agent subscribes to, and
/// a fourth watches for handlers that block. In between, the thread pool takes the instances' turns.
/// </remarks>
internal sealed partial class Subscription : IAsyncDisposable
{
    private readonly AgentDefinition _agent;
    private readonly AgentSurroundings _surroundings;
    private readonly AgentMetrics _metrics;
    private readonly InputTopics _topics;
    private readonly AnswerRelay _answers;
    private readonly IEventProducer _producer;
    private readonly IEventConsumer _consumer;
    private readonly ILogger _logger;
    private readonly InvocationPipeline _pipeline;
    private readonly TurnScheduler<BusyInstance> _scheduler;
    private readonly AgentPartitionFactory _partitions;
    private readonly RecentEvents _recent;
    private readonly CommitQueue _commits = new();
    private readonly CommitLoop _commitLoop;
    private readonly BytesInFlight _inFlight;
    private readonly Intake _intake;
    private readonly CancellationTokenSource _stopReading = new();
    private readonly CancellationTokenSource _stopCommitting = new();
    private readonly Task _reading;
    private readonly Task _committing;
    private readonly Task _following;
    private readonly Task _watching;
    private readonly FailurePolicy _failures;
    private int _isDisposed;

    private Subscription(
        AgentDefinition agent,
        AgentSurroundings surroundings,
        AgentMetrics metrics,
        IEventBroker broker,
        SubscriptionRegistry subscriptions,
        InputTopics topics,
        IEventProducer producer,
        IEventConsumer consumer,
        RebalanceRelay rebalances)
    {
        _agent = agent;
        _surroundings = surroundings;
        _metrics = metrics;
        _logger = surroundings.Logger;
        _topics = topics;
        _producer = producer;
        _consumer = consumer;
        var forwarded = new ForwardedRecords(topics);
        var router = new AnswerRouter(topics.Own, _homes, forwarded, channel => agent.FindHandler(channel) is { Unclaimed: true });
        _answers = new AnswerRelay(topics.Own, surroundings, metrics, broker, router);
        var deadLetters = new DeadLetterWriter(agent.Type, broker.Topics, metrics, surroundings.Logger);
        var journals = new JournalWriter(topics.Own, surroundings.Source, surroundings.Time, _commits);
        _failures = new FailurePolicy(
            agent.Options, deadLetters, new RefusedRequests(journals, surroundings.Source, surroundings.Time), journals, metrics, surroundings.Logger);
        _pipeline = new InvocationPipeline(
            new PipelineParts(
                agent, surroundings, metrics, topics, forwarded, router, _answers, new KnownTopics(broker.Topics), _commits, journals, _failures));
        _scheduler = new TurnScheduler<BusyInstance>(agent.Options.Concurrency, TakeTurn);
        _partitions = new AgentPartitionFactory(agent, topics.Own, broker, _answers, _scheduler.Enqueue, metrics, surroundings);
        _recent = new RecentEvents(broker, agent.Options.DeduplicationWindow, topics.ChannelOf);
        _inFlight = new BytesInFlight(agent.Options.MaxBytesInFlight);
        _intake = new Intake(_pipeline, _scheduler, _commits);
        _commitLoop = new CommitLoop(_commits, producer, consumer, deadLetters, this, surroundings.Time, surroundings.Logger);
        rebalances.Listener = this;
        _committing = Task.Run(() => _commitLoop.RunAsync(_stopCommitting.Token));
        _reading = Task.Run(ReadAsync);
        var follower = new SubscriptionFollower(agent.Type, topics, subscriptions, consumer, surroundings.Time, surroundings.Logger);
        _following = Task.Run(() => follower.FollowAsync(_stopReading.Token));
        var watchdog = new Watchdog(agent, _homes.Select(home => home.Value), GiveUpTurn, metrics, surroundings.Logger);
        _watching = Task.Run(() => watchdog.WatchAsync(_stopReading.Token));
        Broken = Task.WhenAny(_reading, _committing, _following, _turnsBroken.Task).Unwrap();
    }

    /// <summary>Creates the agent's topics where they are missing, and joins its group.</summary>
    public static async Task<Subscription> StartAsync(
        AgentDefinition agent,
        AgentSurroundings surroundings,
        AgentMetrics metrics,
        IEventBroker broker,
        SubscriptionRegistry subscriptions,
        CancellationToken cancellationToken)
    {
        InputTopics topics = await InputTopics.PrepareAsync(
            agent, surroundings.Routes, broker.Topics, cancellationToken).ConfigureAwait(false);
        await subscriptions.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        await topics.UpdateAsync(subscriptions.Of(agent.Type).Entries, cancellationToken).ConfigureAwait(false);
        var rebalances = new RebalanceRelay();
        var options = new ConsumerOptions
        {
            GroupId = agent.Type.Name,
            Topics = topics.Names,
            RebalanceListener = rebalances,
            ClientId = agent.Type.Name,
        };
        IEventProducer producer = await broker.CreateProducerAsync(
            new ProducerOptions { ClientId = agent.Type.Name }, cancellationToken).ConfigureAwait(false);
        IAsyncDisposable started = producer;
        try
        {
            IEventConsumer consumer = await broker.CreateConsumerAsync(options, cancellationToken).ConfigureAwait(false);
            var subscription = new Subscription(agent, surroundings, metrics, broker, subscriptions, topics, producer, consumer, rebalances);
            started = subscription;
            foreach (string channel in agent.UnclaimedChannels)
            {
                await subscription._answers.AwaitAsync(channel, cancellationToken).ConfigureAwait(false);
            }

            return subscription;
        }
        catch
        {
            await started.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The partitions in which everything fails.</summary>
    public IReadOnlyList<SuspendedPartition> Suspended =>
        _homes.Values.Select(home => home.Suspension.Status).OfType<SuspendedPartition>().ToArray();

    /// <summary>Fails when something breaks: dispose of the subscription, and start anew.</summary>
    public Task Broken { get; }

    /// <summary>
    /// Reads no more and begins nothing more, lets handlers that are running finish, commits, and leaves the group.
    /// </summary>
    /// <param name="cancellationToken">Ends the patience: what is not finished is not committed, and will be done again.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopReading.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _answers.DisposeAsync().ConfigureAwait(false);
        await DrainAsync(_homes.Values, cancellationToken).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Drops everything that is not committed, and leaves the group.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _stopReading.CancelAsync().ConfigureAwait(false);
        await _stopCommitting.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _committing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _answers.DisposeAsync().ConfigureAwait(false);
        await DropAsync([.. _inputs.Keys]).ConfigureAwait(false);
        await _consumer.DisposeAsync().ConfigureAwait(false);
        await _producer.DisposeAsync().ConfigureAwait(false);
        _stopReading.Dispose();
        _stopCommitting.Dispose();
    }

    // Lets handlers finish that are running, and commits what they did.
    private async Task DrainAsync(IEnumerable<AgentPartition> homes, CancellationToken cancellationToken)
    {
        Task drained = Task.WhenAll(homes.Select(home => home.DrainAsync()));
        await drained.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        FaultHook.Reach(FaultPoints.AgentDrained);
        if (!_committing.IsCompleted)
        {
            Task flushed = Task.WhenAny(_commits.FlushAsync(), _committing);
            await flushed.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
