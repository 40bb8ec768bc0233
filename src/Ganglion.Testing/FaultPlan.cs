namespace Ganglion.Testing;

/// <summary>What is to happen at which points, in this process.</summary>
/// <param name="rules">What is to happen; delays and deaths in the order in which they are named.</param>
/// <param name="kill">Ends the process; the point is told to it.</param>
internal sealed class FaultPlan(IReadOnlyList<FaultRule> rules, Action<string> kill)
{
    private readonly object _gate = new();

    /// <summary>A thread has reached a point.</summary>
    public void Reach(string point)
    {
        foreach (FaultRule rule in rules)
        {
            if (!rule.Matches(point) || !rule.IsDue())
            {
                continue;
            }

            if (rule.Delay is { } delay)
            {
                Pause(delay);
            }
            else
            {
                kill(point);
            }
        }
    }

    // Of the thread, with all that it holds: as if the disk or the machine were slow.
    private void Pause(TimeSpan delay)
    {
        lock (_gate)
        {
            Monitor.Wait(_gate, delay); // Nobody ever pulses it.
        }
    }
}
