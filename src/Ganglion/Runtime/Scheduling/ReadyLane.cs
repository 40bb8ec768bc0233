using Ganglion.Routes;

namespace Ganglion.Runtime.Scheduling;

/// <summary>The instances of an agent that have something to do in a lane, and what the lane has had. Touched under the lock of its queue.</summary>
/// <param name="channel">The channel; <see langword="null"/>: it stands for what has come by no lane.</param>
/// <param name="settings">What is set for it.</param>
internal sealed class ReadyLane(ReadyChannel? channel, Lane settings)
{
    private readonly Queue<(BusyInstance Instance, DateTimeOffset Since)> _ready = new();

    public ReadyChannel? Channel { get; } = channel;

    public string Name => Settings.Name;

    public Lane Settings { get; set; } = settings;

    /// <summary>How many of the agent's turns are kept for it: as many as are set, and as there are.</summary>
    public int Reserved { get; set; }

    /// <summary>How many turns are under way.</summary>
    public int Running { get; set; }

    /// <summary>Where it stands in comparison with the others: it moves on with each turn, the farther the less it is to have.</summary>
    public double Pass { get; set; }

    /// <summary>When it had its last turn, or when it became empty no longer.</summary>
    public DateTimeOffset LastTurn { get; set; }

    public bool IsEmpty => _ready.Count == 0;

    /// <summary>Whether it may have one more turn.</summary>
    /// <param name="isFree">Whether there is a place that is kept for no lane.</param>
    public bool MayBegin(bool isFree) =>
        !IsEmpty && (isFree || Running < Reserved) && (Settings.Concurrency is not { } most || Running < most);

    public void Enqueue(BusyInstance instance, DateTimeOffset now)
    {
        if (IsEmpty)
        {
            LastTurn = now;
        }

        // Anybody can write to the log: nothing is published later than now.
        DateTimeOffset published = instance.First!.Record.Timestamp;
        _ready.Enqueue((instance, published == default || published > now ? now : published));
    }

    /// <summary>When the next event is to be handled at the latest. If the clock was set back since, it has come just now.</summary>
    public DateTimeOffset DueAt(DateTimeOffset now) => Settings.Within is not { } within ? DateTimeOffset.MaxValue
        : (_ready.Peek().Since is var since && since > now ? now : since) + within;

    public BusyInstance Begin(DateTimeOffset now)
    {
        Running++;
        LastTurn = now;
        return _ready.Dequeue().Instance;
    }

    /// <summary>The lane is gone: those that wait in it are for others.</summary>
    public IReadOnlyList<BusyInstance> Empty()
    {
        BusyInstance[] left = [.. _ready.Select(one => one.Instance)];
        _ready.Clear();
        return left;
    }
}
