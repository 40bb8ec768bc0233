namespace Ganglion.Brokers.Embedded.Reading;

// One timer beside the loop: it tells the coordinator that this member lives, and takes the member out of the group when its loop
// no longer reads. A loop that waits within a read is alive; one that is busy elsewhere, or in a listener, has its time limited.
internal sealed partial class EmbeddedConsumer
{
    private const long Reading = long.MinValue;

    private readonly TimeProvider _time;
    private readonly ITimer _heartbeat;
    private long _awaySince;

    private ITimer StartHeartbeat()
    {
        _awaySince = _time.GetTimestamp();
        TimeSpan period = _options.HeartbeatInterval < _options.MaxPollInterval ? _options.HeartbeatInterval : _options.MaxPollInterval;
        return _time.CreateTimer(_ => Beat(), null, period, period);
    }

    private void Beat()
    {
        long since = Volatile.Read(ref _awaySince);
        if (since != Reading && _time.GetElapsedTime(since) > _options.MaxPollInterval)
        {
            _coordinator.Leave(_member);
        }
        else
        {
            _coordinator.Heartbeat(_member);
        }
    }

    private void BeginReading() => Volatile.Write(ref _awaySince, Reading);

    private void EndReading() => Volatile.Write(ref _awaySince, _time.GetTimestamp());
}
