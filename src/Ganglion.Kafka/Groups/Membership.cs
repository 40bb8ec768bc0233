using System.Collections.Concurrent;
using Ganglion.Brokers;
using Ganglion.Kafka.Native;
using Microsoft.Extensions.Logging;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Groups;

/// <summary>
/// A native client that is a member of a group and fetches nothing. It polls on a thread of its own, so that no handler, however long it
/// takes, costs the membership; only a reading loop that has ceased to read does.
/// </summary>
internal sealed partial class Membership : IAsyncDisposable
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestQuestion = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(5);

    private readonly Client.IConsumer<byte[]?, byte[]?> _consumer;
    private readonly ConsumerWaker _waker;
    private readonly ConcurrentQueue<Rebalance> _rebalances = new();
    private readonly List<Client.TopicPartition> _unpaused = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<bool> _isAlive;
    private readonly Action _changed;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _leaving = new();
    private readonly string _groupId;
    private ConsumerGroupMetadata _identity;
    private bool _hasLeft;
    private volatile string[] _topics;
    private volatile FencedException? _fenced;
    private GanglionException? _refusal;
    private int _losses;
    private string[] _subscribed = [];

    /// <param name="groupId">The group.</param>
    /// <param name="open">Opens the client, with what is told of partitions that come and go.</param>
    /// <param name="topics">What it subscribes to.</param>
    /// <param name="isAlive">Whether its reading loop still reads.</param>
    /// <param name="changed">Told when there is something to take.</param>
    /// <param name="logger">Where it logs.</param>
    public Membership(
        string groupId,
        Func<Action<Client.ConsumerBuilder<byte[]?, byte[]?>>, Client.IConsumer<byte[]?, byte[]?>> open,
        IEnumerable<string> topics,
        Func<bool> isAlive,
        Action changed,
        ILogger logger)
    {
        _groupId = groupId;
        _identity = new ConsumerGroupMetadata(groupId, "", -1);
        _topics = [.. topics];
        _isAlive = isAlive;
        _changed = changed;
        _logger = logger;
        _consumer = open(builder => builder
            .SetPartitionsAssignedHandler((_, partitions) => Assign(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => Revoke(partitions))
            .SetPartitionsLostHandler((_, partitions) => Lose(partitions)));
        _waker = new ConsumerWaker(_consumer);
        new Thread(Run) { IsBackground = true, Name = "ganglion-kafka-member" }.Start();
    }

    /// <summary>The native client, for commits.</summary>
    public Client.IClient NativeConsumer => _consumer;

    /// <summary>Who the member is, or was when it left.</summary>
    public ConsumerGroupMetadata Identity
    {
        get
        {
            lock (_leaving)
            {
                return _hasLeft ? _identity : _identity = OffsetCommits.IdentityOf(_consumer, _groupId);
            }
        }
    }

    /// <summary>How often it has lost what it had. It may have joined again, and have the same partitions, before its reading loop learns of that.</summary>
    public int Losses => Volatile.Read(ref _losses);

    public void Subscribe(IEnumerable<string> topics)
    {
        _topics = [.. topics];
        _waker.Wake();
    }

    /// <summary>What has come and gone, in order. A revocation goes on when it is completed.</summary>
    public bool TryTake(out Rebalance? rebalance) => _rebalances.TryDequeue(out rebalance);

    /// <exception cref="FencedException">Another process has this member's place.</exception>
    /// <exception cref="KafkaException">The cluster does not let it into the group. This is told once, and the member goes on trying.</exception>
    public void ThrowIfFailed()
    {
        if (Interlocked.Exchange(ref _refusal, null) is { } refusal)
        {
            throw refusal;
        }

        if (_fenced is { } end)
        {
            throw new FencedException(end.Code, end.Message, end.InnerException);
        }
    }

    /// <summary>Leaves the group. A cluster that does not answer is not waited for: to it, the member is gone when its session ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        _waker.Wake();
        await _ended.Task.WaitAsync(LongestFarewell).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Run()
    {
        while (!_closing.IsCancellationRequested && _fenced is null)
        {
            try
            {
                UpdateSubscription();
                _consumer.Consume(LongestPoll);
                if (_unpaused.Count > 0)
                {
                    // Others fetch these.
                    _consumer.Pause(_unpaused);
                    _unpaused.Clear();
                }
            }
            catch (Client.KafkaException exception) when (exception.Error.IsFatal || exception.Error.Code == Client.ErrorCode.Local_Fatal)
            {
                Fence(exception);
            }
            catch (Client.ConsumeException exception) when (IsRefusal(exception.Error.Code))
            {
                Volatile.Write(ref _refusal, KafkaErrors.ToException(exception, $"'{exception.ConsumerRecord?.Topic ?? _groupId}'"));
                _changed();
            }
            catch (Client.ConsumeException exception)
            {
                LogFailing(exception.Error.Reason);
            }
            catch (Exception exception)
            {
                LogBroken(exception);
                _closing.Token.WaitHandle.WaitOne(LongestPoll);
            }
        }

        Leave();
        _ended.SetResult();
    }

    // What the cluster will answer again and again.
    private static bool IsRefusal(Client.ErrorCode code) => code is Client.ErrorCode.GroupAuthorizationFailed
        or Client.ErrorCode.TopicAuthorizationFailed or Client.ErrorCode.InvalidSessionTimeout
        or Client.ErrorCode.InconsistentGroupProtocol or Client.ErrorCode.GroupMaxSizeReached;

    // A client that has failed for good is of no more use. As a member there is one reason: its stable name is another's now.
    private void Fence(Client.KafkaException exception)
    {
        _fenced = new FencedException(
            FencedException.InstanceFenced,
            $"Another process has joined the group '{_groupId}' under the instance id of this one: {FatalError.Of(_consumer).Reason}. "
            + "Give each process an instance id of its own (Ganglion:Kafka:Consumer:InstanceId).",
            exception);
        _changed();
    }

    private void Leave()
    {
        _ = Identity;
        _waker.Dispose();
        lock (_leaving)
        {
            _hasLeft = true;
        }

        try
        {
            _consumer.Close();
        }
        catch (Client.KafkaException exception)
        {
            LogBroken(exception);
        }

        _consumer.Dispose();
    }

    // Who has ceased to read leaves, and comes back as another member.
    private void UpdateSubscription()
    {
        string[] wanted = _isAlive() ? _topics : [];
        if (wanted == _subscribed)
        {
            return;
        }

        if (wanted.Length > 0)
        {
            if (_subscribed.Length > 0 && !Learn(wanted.Except(_subscribed)))
            {
                return;
            }

            _consumer.Subscribe(wanted);
        }
        else if (_subscribed.Length > 0)
        {
            List<Client.TopicPartition> owned = _consumer.Assignment;
            _consumer.Unassign();
            _consumer.Unsubscribe();
            Enqueue(new Rebalance(RebalanceKind.Lost, ToPartitions(owned)));
        }

        _subscribed = wanted;
    }

    // A native client that gives topics up for one of which it knows nothing yet, and is not the one that leads its group, gives them up and
    // never asks for its share of the other.
    private bool Learn(IEnumerable<string> topics)
    {
        using Client.IAdminClient questions = new Client.DependentAdminClientBuilder(_consumer.Handle).Build();
        try
        {
            foreach (string topic in topics)
            {
                questions.GetMetadata(topic, LongestQuestion);
            }

            return true;
        }
        catch (Client.KafkaException exception)
        {
            LogFailing(exception.Error.Reason);
            return false;
        }
    }

    [LoggerMessage(410, LogLevel.Warning, "A member of a group has trouble: {Reason}. It goes on.")]
    private partial void LogFailing(string reason);

    [LoggerMessage(411, LogLevel.Error, "A member of a group has failed; it goes on.")]
    private partial void LogBroken(Exception exception);
}
