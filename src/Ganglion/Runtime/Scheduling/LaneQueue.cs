using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Ganglion.Routes;
using Ganglion.Runtime.Inputs;

namespace Ganglion.Runtime.Scheduling;

/// <summary>
/// The instances of an agent that have something to do: first come, first served, but for those whose events came by a lane. Each channel with
/// lanes, and everything else together, take turns about; so neither a crowd in a lane nor one beside them holds up the others.
/// </summary>
/// <param name="concurrency">How many turns of the agent may be under way at the same time.</param>
/// <param name="time">The clock.</param>
internal sealed class LaneQueue(int concurrency, TimeProvider time) : IReadyQueue<BusyInstance>
{
    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<BusyInstance> _others = new();

    // Stands for what has come by no lane, so that its turns are counted.
    private readonly ReadyLane _beside = new(channel: null, new Lane(""));

    // Replaced under the lock. Most agents read no channel with lanes, and need none.
    private volatile ReadyChannel[] _channels = [];
    private FrozenDictionary<string, ReadyLane> _byTopic = FrozenDictionary<string, ReadyLane>.Empty;
    private int _turn;

    public bool HasNext
    {
        get
        {
            if (_channels.Length == 0)
            {
                return !_others.IsEmpty;
            }

            lock (_lock)
            {
                bool isFree = HasFreePlace();
                return (isFree && !_others.IsEmpty) || Array.Exists(_channels, isFree ? HasNextAnywhere : HasNextInReserved);
            }
        }
    }

    public void Enqueue(BusyInstance instance)
    {
        if (_channels.Length > 0)
        {
            lock (_lock)
            {
                if (_byTopic.TryGetValue(instance.First!.Origin.Topic, out ReadyLane? lane))
                {
                    lane.Channel!.Enqueue(lane, instance, time.GetUtcNow());
                    return;
                }
            }
        }

        _others.Enqueue(instance);
    }

    public bool TryDequeue([NotNullWhen(true)] out BusyInstance? instance, out ReadyLane? lane)
    {
        if (_channels.Length == 0)
        {
            lane = null;
            return _others.TryDequeue(out instance) && Take(instance, lane);
        }

        lock (_lock)
        {
            bool isFree = HasFreePlace();
            DateTimeOffset now = time.GetUtcNow();
            for (int looked = 0; looked <= _channels.Length; looked++)
            {
                _turn = (_turn + 1) % (_channels.Length + 1);
                if (_turn < _channels.Length)
                {
                    if (_channels[_turn].TryBegin(isFree, now, out instance, out lane))
                    {
                        return Take(instance, lane);
                    }
                }
                else if (isFree && _others.TryDequeue(out instance))
                {
                    lane = _beside;
                    _beside.Running++;
                    return Take(instance, lane);
                }
            }
        }

        instance = null;
        lane = null;
        return false;
    }

    public void Leave(ReadyLane lane)
    {
        lock (_lock)
        {
            lane.Running--;
        }
    }

    /// <summary>Other channels have lanes, or they are other ones.</summary>
    /// <param name="channels">The channels with lanes that the agent reads.</param>
    /// <returns>The instances in lanes that are gone: they are to be enqueued again.</returns>
    public IReadOnlyList<BusyInstance> Change(IReadOnlyList<LaneTopics> channels)
    {
        lock (_lock)
        {
            ReadyChannel[] before = _channels;
            var left = new List<BusyInstance>();
            var byTopic = new Dictionary<string, ReadyLane>(StringComparer.Ordinal);
            ReadyChannel[] now = [.. channels.Select(one => Array.Find(before, channel => channel.Name == one.Channel) ?? new ReadyChannel(one.Channel))];
            foreach ((ReadyChannel channel, LaneTopics topics) in now.Zip(channels))
            {
                left.AddRange(channel.Change(topics.Lanes));
                foreach ((string topic, string name) in topics.Names)
                {
                    if (channel.Find(name) is { } lane)
                    {
                        byTopic.Add(topic, lane);
                    }
                }
            }

            foreach (ReadyLane gone in before.Except(now).SelectMany(channel => channel.Lanes))
            {
                left.AddRange(gone.Empty());
            }

            Reserve(now);
            _byTopic = byTopic.ToFrozenDictionary(StringComparer.Ordinal);
            _channels = now;
            return left;
        }
    }

    private static bool HasNextAnywhere(ReadyChannel channel) => channel.HasNext(isFree: true);

    private static bool HasNextInReserved(ReadyChannel channel) => channel.HasNext(isFree: false);

    private static bool Take(BusyInstance instance, ReadyLane? lane)
    {
        instance.Lane = lane;
        return true;
    }

    // One place is for everybody, so that nothing waits for ever.
    private void Reserve(ReadyChannel[] channels)
    {
        int left = concurrency - 1;
        foreach (ReadyLane lane in channels.SelectMany(channel => channel.Lanes))
        {
            lane.Reserved = Math.Min(lane.Settings.Reserved, left);
            left -= lane.Reserved;
        }
    }

    // Whether a place is left that is neither taken nor kept for a lane.
    private bool HasFreePlace()
    {
        int taken = _beside.Running;
        foreach (ReadyChannel channel in _channels)
        {
            taken += channel.Taken;
        }

        return taken < concurrency;
    }
}
