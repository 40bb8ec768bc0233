using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Ganglion.Brokers;
using Ganglion.Telemetry;

namespace Ganglion.Routing;

/// <summary>How much waits in lanes, as it was when it was last looked at and with what this process has let in since.</summary>
internal sealed class LaneLoad : IDisposable
{
    private const int LooksAtKnown = 20;

    private readonly ConcurrentDictionary<string, Waiting> _topics = new(StringComparer.Ordinal);
    private readonly Func<IEventBroker> _broker;
    private readonly LaneMetrics _metrics;

    // Who reads them, as far as is known.
    private IReadOnlyList<string> _groups = [];
    private int _looks;
    private bool _isUnread = true;

    /// <param name="broker">Where the lanes are.</param>
    /// <param name="meters">Makes the meter.</param>
    public LaneLoad(Func<IEventBroker> broker, IMeterFactory? meters)
    {
        _broker = broker;
        _metrics = new LaneMetrics(meters, () => _topics.SelectMany(topic => topic.Value.Lags, (topic, lag) => (topic.Key, lag.Key, lag.Value)));
    }

    /// <summary>Lets an event into a lane, unless too much waits in it.</summary>
    /// <param name="topic">The topic of the lane.</param>
    /// <param name="most">From how many on no more are let in.</param>
    public bool TryEnter(string topic, int most)
    {
        bool enters = _topics.GetOrAdd(topic, static _ => new Waiting()).TryEnter(most);
        if (!enters)
        {
            _metrics.TurnedAway(topic);
        }

        return enters;
    }

    /// <summary>Prepares for a look: what has been let in until now is on the log, or done, when it is looked a little later.</summary>
    /// <param name="topics">The topics of all lanes.</param>
    /// <returns>How much has been let into each of them.</returns>
    public IReadOnlyDictionary<string, long> Count(IReadOnlyCollection<string> topics)
    {
        foreach (string gone in _topics.Keys.Except(topics, StringComparer.Ordinal))
        {
            _topics.TryRemove(gone, out _);
        }

        return topics.ToDictionary(topic => topic, topic => _topics.GetOrAdd(topic, static _ => new Waiting()).Entered, StringComparer.Ordinal);
    }

    /// <summary>Looks how much waits.</summary>
    /// <param name="counted">What <see cref="Count"/> has returned.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask LookAsync(IReadOnlyDictionary<string, long> counted, CancellationToken cancellationToken)
    {
        List<ConsumerGroupDescription> groups = await FindGroupsAsync([.. counted.Keys], cancellationToken).ConfigureAwait(false);
        _isUnread = false;
        foreach ((string topic, long entered) in counted)
        {
            Dictionary<string, long> lags = LagsOf(topic, groups);
            long waiting = lags.Count > 0 ? lags.Values.Max() : await CountAsync(topic, cancellationToken).ConfigureAwait(false);
            _isUnread |= lags.Count == 0 && waiting > 0;
            _topics[topic].Set(lags, waiting, entered);
        }
    }

    /// <summary>How much of a topic each group that reads it has not handled.</summary>
    public static Dictionary<string, long> LagsOf(string topic, IEnumerable<ConsumerGroupDescription> groups) =>
        groups.Where(group => Reads(group, topic)).ToDictionary(
            group => group.GroupId, group => group.Offsets.Where(offset => offset.Partition.Topic == topic).Sum(offset => offset.Lag), StringComparer.Ordinal);

    public void Dispose() => _metrics.Dispose();

    // All groups of a cluster can be many: who reads the lanes is looked up now and then.
    private async ValueTask<List<ConsumerGroupDescription>> FindGroupsAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken)
    {
        IConsumerGroupAdministration groups = _broker().Groups;
        if (_looks++ % LooksAtKnown == 0 || _isUnread)
        {
            IReadOnlyList<ConsumerGroupDescription> all = await groups.ListAsync(cancellationToken).ConfigureAwait(false);
            List<ConsumerGroupDescription> reading = [.. all.Where(group => topics.Any(topic => Reads(group, topic)))];
            _groups = [.. reading.Select(group => group.GroupId)];
            return reading;
        }

        var found = new List<ConsumerGroupDescription>(_groups.Count);
        foreach (string id in _groups)
        {
            if (await groups.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } group)
            {
                found.Add(group);
            }
        }

        return found;
    }

    private static bool Reads(ConsumerGroupDescription group, string topic) => group.Offsets.Any(offset => offset.Partition.Topic == topic);

    // Nobody has read it yet.
    private async ValueTask<long> CountAsync(string topic, CancellationToken cancellationToken) =>
        (await _broker().Topics.FindAsync(topic, cancellationToken).ConfigureAwait(false))?.Partitions.Sum(partition => partition.LatestOffset - partition.EarliestOffset) ?? 0;

    /// <summary>What waits in one lane.</summary>
    private sealed class Waiting
    {
        private long _entered;
        private long _base;

        public long Entered => Volatile.Read(ref _entered);

        /// <summary>By group that reads it.</summary>
        public IReadOnlyDictionary<string, long> Lags { get; private set; } = new Dictionary<string, long>();

        public bool TryEnter(int most)
        {
            if (Volatile.Read(ref _base) + Entered >= most)
            {
                return false;
            }

            Interlocked.Increment(ref _entered);
            return true;
        }

        // What had entered by then is among what waits, or is done.
        public void Set(IReadOnlyDictionary<string, long> lags, long waiting, long enteredBefore)
        {
            Lags = lags;
            Volatile.Write(ref _base, waiting - enteredBefore);
        }
    }
}
