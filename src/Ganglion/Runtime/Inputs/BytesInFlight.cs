namespace Ganglion.Runtime.Inputs;

/// <summary>How many bytes of events are in an agent's hands, uncommitted.</summary>
/// <param name="most">From this many on there is no room for more.</param>
internal sealed class BytesInFlight(long most)
{
    private long _count;

    public long Count => Volatile.Read(ref _count);

    public bool HasRoom => Count < most;

    public void Add(long bytes) => Interlocked.Add(ref _count, bytes);

    public void Remove(long bytes) => Interlocked.Add(ref _count, -bytes);
}
