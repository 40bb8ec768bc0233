namespace Ganglion.Budgets;

/// <summary>The clocks of this process, as a keeper of ledgers.</summary>
internal sealed class LedgerClock(TimeProvider time)
{
    private readonly string _keeper = Guid.NewGuid().ToString("N");
    private readonly long _started = time.GetTimestamp();

    public LedgerMoment Now => new(_keeper, (long)time.GetElapsedTime(_started).TotalMilliseconds, time.GetUtcNow());
}
