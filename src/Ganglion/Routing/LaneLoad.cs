using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Ganglion.Brokers;
using Ganglion.Telemetry;

namespace Ganglion.Routing;

/// <summary>How much waits in lanes, as it was when it was last looked at and with what this process has let in since.</summary>
internal sealed class LaneLoad : IDisposable
{
    private readonly ConcurrentDictionary<string, Waiting> _topics = new(StringComparer.Ordinal);
    private readonly LaneMetrics _metrics;

    /// <param name="meters">Makes the meter.</param>
    public LaneLoad(IMeterFactory? meters) =>
        _metrics = new LaneMetrics(meters, () => _topics.SelectMany(topic => topic.Value.Lags, (topic, lag) => (topic.Key, lag.Key, lag.Value)));

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

    /// <summary>Prepares for a look: what has been let in until now is on the log, or done, a little later.</summary>
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

    /// <summary>Takes note of how much waits: of a lane that nobody reads, what was let in is all that is known.</summary>
    /// <param name="counted">What <see cref="Count"/> has returned a little earlier.</param>
    /// <param name="groups">Who reads the lanes.</param>
    public void Note(IReadOnlyDictionary<string, long> counted, IReadOnlyList<ConsumerGroupDescription> groups)
    {
        foreach ((string topic, long entered) in counted)
        {
            Dictionary<string, long> lags = LagsOf(topic, groups);
            if (lags.Count > 0 && _topics.TryGetValue(topic, out Waiting? waiting))
            {
                waiting.Set(lags, entered);
            }
        }
    }

    /// <summary>
    /// How much of a topic each group that reads it has not handled. If none does at the moment, of those that may come back to it; and if there are no such,
    /// of those that have read it before.
    /// </summary>
    public static Dictionary<string, long> LagsOf(string topic, IEnumerable<ConsumerGroupDescription> groups)
    {
        ConsumerGroupDescription[] known = [.. groups.Where(group => Reads(group, topic))];
        ConsumerGroupDescription[] reading = Array.FindAll(known, group => IsReading(group, topic));
        ConsumerGroupDescription[] open = Array.FindAll(known, group => group.State != ConsumerGroupState.Stable);
        return (reading.Length > 0 ? reading : open.Length > 0 ? open : known).ToDictionary(
            group => group.GroupId, group => group.Offsets.Where(offset => offset.Partition.Topic == topic).Sum(offset => offset.Lag), StringComparer.Ordinal);
    }

    public void Dispose() => _metrics.Dispose();

    private static bool IsReading(ConsumerGroupDescription group, string topic) =>
        group.Members.Any(member => member.Assignment.Any(partition => partition.Topic == topic));

    private static bool Reads(ConsumerGroupDescription group, string topic) => group.Offsets.Any(offset => offset.Partition.Topic == topic);

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
        public void Set(IReadOnlyDictionary<string, long> lags, long enteredBefore)
        {
            Lags = lags;
            Volatile.Write(ref _base, lags.Values.Max() - enteredBefore);
        }
    }
}
