using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Faults;
using Ganglion.Routes;
using Ganglion.Runtime.Inputs;
using Ganglion.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime.Answers;

/// <summary>
/// Brings answers from the channels on which they come into the agent's inbox, where whoever asked can be found. It is a consumer group
/// of its own (<c>&lt;agent&gt;.answers</c>), so that the agent's partitions stay where they are when a handler asks on a new channel.
/// </summary>
internal sealed partial class AnswerRelay(
    AgentTopics topics, AgentServices services, AgentMetrics metrics, IEventBroker broker, AnswerRouter router) : IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger = services.Logger;

    // The channels by their topics: read by the loop, replaced whole under the turn.
    private volatile Dictionary<string, string> _channels = [];
    private volatile IEventConsumer? _consumer;
    private Task _relaying = Task.CompletedTask;

    /// <summary>Completes when it brings no more answers: it was disposed of, or the broker was.</summary>
    public Task Ended => _relaying;

    /// <summary>Sees to it that a channel is read, from its beginning if it is new.</summary>
    /// <exception cref="TopicException">It cannot be: its topic can be neither found nor created.</exception>
    public ValueTask AwaitAsync(string channel, CancellationToken cancellationToken) =>
        _channels.ContainsValue(channel) ? default : AddAsync(channel, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await _relaying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask AddAsync(string channel, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_channels.ContainsValue(channel))
            {
                return;
            }

            bool isFirst = _channels.Count == 0;
            await AddTopicsAsync(channel, cancellationToken).ConfigureAwait(false);
            if (isFirst)
            {
                _relaying = Task.Run(KeepRelayingAsync, CancellationToken.None);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    // Called under the turn.
    private async ValueTask AddTopicsAsync(string channel, CancellationToken cancellationToken)
    {
        foreach (ReadTopic read in services.Routes.ReadOf(channel))
        {
            await broker.Topics.EnsureAsync(read.Topic, new TopicSettings { Partitions = topics.Partitions }, cancellationToken).ConfigureAwait(false);
            _channels = new Dictionary<string, string>(_channels, StringComparer.Ordinal) { [read.Topic] = channel };
        }

        _consumer?.Subscribe(_channels.Keys);
    }

    // Nothing is lost when it breaks: what was not committed is read again.
    private async Task KeepRelayingAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await RelayAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                // The broker is closed, and does not come back.
                return;
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                LogBroken(exception, topics.Agent, PauseAfterFault);
                await Task.Delay(PauseAfterFault, services.Time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RelayAsync(CancellationToken cancellationToken)
    {
        string group = $"{topics.Agent}.answers";
        await FollowRoutesAsync(cancellationToken).ConfigureAwait(false);
        IEventProducer producer = await broker.CreateProducerAsync(new ProducerOptions { ClientId = group }, cancellationToken).ConfigureAwait(false);
        await using var ownProducer = producer.ConfigureAwait(false);
        IEventConsumer consumer = await broker.CreateConsumerAsync(
            new ConsumerOptions { GroupId = group, Topics = _channels.Keys, ClientId = group }, cancellationToken).ConfigureAwait(false);
        await using var ownConsumer = consumer.ConfigureAwait(false);

        // Channels may have been added since.
        _consumer = consumer;
        consumer.Subscribe(_channels.Keys);
        while (true)
        {
            ConsumedBatch batch = await consumer.ReadAsync(cancellationToken).ConfigureAwait(false);
            FaultHook.Reach(FaultPoints.AnswerRead);
            if (batch.Records.Any(record => RouteMarker.TryRead(record.Record, out _)))
            {
                // Before anything of the batch is looked at: what lies behind the marker may not be for the agent.
                await FollowRoutesAsync(cancellationToken).ConfigureAwait(false);
            }

            long end = EndOf(batch.Partition);
            await producer.CommitAsync(
                new AtomicCommit
                {
                    Records = [.. batch.Records.Where(record => record.Offset < end).SelectMany(record => Route(record, batch.Partition))],
                    Group = consumer.Group,
                    Offsets = new Dictionary<TopicPartition, OffsetAndMetadata> { [batch.Partition] = new(batch.NextOffset) },
                },
                cancellationToken).ConfigureAwait(false);
            FaultHook.Reach(FaultPoints.AnswerRelayed);
        }
    }

    // The channels may be read from other topics by now.
    private async ValueTask FollowRoutesAsync(CancellationToken cancellationToken)
    {
        await services.Routes.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (string channel in _channels.Values.Distinct(StringComparer.Ordinal))
            {
                await AddTopicsAsync(channel, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private long EndOf(TopicPartition partition) =>
        _channels.TryGetValue(partition.Topic, out string? channel) ? services.Routes.EndOf(channel, partition) : long.MaxValue;

    private List<ProducerRecord> Route(ConsumedRecord record, TopicPartition from)
    {
        var origin = new Origin(_channels.GetValueOrDefault(from.Topic), from.Topic, from.Partition, record.Offset);
        try
        {
            CloudEvent answer = EventCodec.Decode(record.Record, from.Topic, from.Partition, record.Offset);
            List<ProducerRecord> records = router.Route(record.Record, origin, answer);
            if (records.Count == 0)
            {
                metrics.Unclaimed(from.Topic);
            }

            return records;
        }
        catch (GanglionException exception) when (exception is EventFormatException or UnprocessableEventException)
        {
            metrics.Unclaimed(from.Topic);
            LogUnroutable(exception, origin);
            return [];
        }
    }

    [LoggerMessage(140, LogLevel.Error, "The answers to {Agent} are not brought to it; it begins again from the last commit in {Pause}.")]
    private partial void LogBroken(Exception exception, AgentType agent, TimeSpan pause);

    [LoggerMessage(141, LogLevel.Error, "{Origin} cannot answer any question, and is passed over.")]
    private partial void LogUnroutable(Exception exception, Origin origin);
}
