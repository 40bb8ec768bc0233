using System.Diagnostics.CodeAnalysis;
using Ganglion.Routes;

namespace Ganglion.Runtime.Scheduling;

/// <summary>The lanes of a channel that an agent reads, and which of them has the next turn. Touched under the lock of its queue.</summary>
/// <param name="name">The channel.</param>
/// <remarks>
/// What a lane has for certain is counted by strides: each turn moves it on by one over its share, or its weight, and it is its turn when it is behind.
/// </remarks>
internal sealed class ReadyChannel(string name)
{
    private List<ReadyLane> _lanes = [];
    private LaneSchedule _schedule;
    private double _pass;

    public string Name { get; } = name;

    /// <summary>The most urgent first.</summary>
    public IReadOnlyList<ReadyLane> Lanes => _lanes;

    /// <summary>How many places are taken, or kept for one of the lanes.</summary>
    public int Taken
    {
        get
        {
            int taken = 0;
            foreach (ReadyLane lane in _lanes)
            {
                taken += Math.Max(lane.Running, lane.Reserved);
            }

            return taken;
        }
    }

    public ReadyLane? Find(string lane) => _lanes.Find(one => one.Name == lane);

    /// <summary>The lanes are other ones.</summary>
    /// <returns>The instances in those that are gone.</returns>
    public IReadOnlyList<BusyInstance> Change(Lanes lanes)
    {
        List<ReadyLane> before = _lanes;
        bool isOther = _schedule != lanes.Schedule || !lanes.All.SequenceEqual(before.Select(lane => lane.Settings));
        _schedule = lanes.Schedule;
        _lanes = [.. lanes.All.Select(lane => before.Find(one => one.Name == lane.Name) ?? new ReadyLane(this, lane) { Pass = _pass })];
        foreach ((ReadyLane lane, Lane settings) in _lanes.Zip(lanes.All))
        {
            lane.Settings = settings;
            if (isOther)
            {
                // What each had by other rules is not held against it, nor against the others.
                lane.Pass = _pass;
            }
        }

        return [.. before.Except(_lanes).SelectMany(gone => gone.Empty())];
    }

    public void Enqueue(ReadyLane lane, BusyInstance instance, DateTimeOffset now)
    {
        if (lane.IsEmpty)
        {
            // What it did not need before, it does not get later.
            lane.Pass = Math.Max(lane.Pass, _pass);
        }

        lane.Enqueue(instance, now);
    }

    /// <summary>Whether one of the lanes may have a turn.</summary>
    /// <param name="isFree">Whether there is a place that is kept for no lane.</param>
    public bool HasNext(bool isFree)
    {
        foreach (ReadyLane lane in _lanes)
        {
            if (lane.MayBegin(isFree))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Gives the lane a turn whose turn it is, if one may have any.</summary>
    public bool TryBegin(bool isFree, DateTimeOffset now, [NotNullWhen(true)] out BusyInstance? instance, [NotNullWhen(true)] out ReadyLane? lane)
    {
        lane = Choose(isFree, now);
        instance = lane is null ? null : Begin(lane, now);
        return lane is not null;
    }

    // Who has waited too long; else who has not had what it has for certain; else who is next by the schedule.
    private ReadyLane? Choose(bool isFree, DateTimeOffset now)
    {
        ReadyLane? aged = null;
        ReadyLane? behind = null;
        ReadyLane? next = null;
        foreach (ReadyLane lane in _lanes)
        {
            if (!lane.MayBegin(isFree))
            {
                continue;
            }

            if (lane.LastTurn > now)
            {
                // The clock was set back.
                lane.LastTurn = now;
            }

            if (now - lane.LastTurn >= lane.Settings.Ageing && (aged is null || lane.LastTurn < aged.LastTurn))
            {
                aged = lane;
            }

            if (lane.Settings.Share > 0 && lane.Pass <= _pass && (behind is null || lane.Pass < behind.Pass))
            {
                behind = lane;
            }

            if (next is null || IsBefore(lane, next, now))
            {
                next = lane;
            }
        }

        return aged ?? behind ?? next;
    }

    // The other is more urgent by its place.
    private bool IsBefore(ReadyLane lane, ReadyLane other, DateTimeOffset now) => _schedule switch
    {
        LaneSchedule.Weighted => lane.Pass < other.Pass,

        // What is late anyway is not to make late what is more urgent.
        LaneSchedule.Deadline => lane.DueAt(now) is var due && due >= now && due < other.DueAt(now),
        _ => false,
    };

    private BusyInstance Begin(ReadyLane lane, DateTimeOffset now)
    {
        if (_schedule == LaneSchedule.Weighted)
        {
            _pass = Math.Max(_pass, lane.Pass);
            lane.Pass += 1 / lane.Settings.Weight;
        }
        else
        {
            // Turns that it has by its urgency count, but are not held against it later.
            _pass++;
            lane.Pass = lane.Settings.Share > 0 ? Math.Min(lane.Pass, _pass) + (1 / lane.Settings.Share) : 0;
        }

        return lane.Begin(now);
    }
}
