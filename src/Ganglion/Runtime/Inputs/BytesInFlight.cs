namespace Ganglion.Runtime.Inputs;

/// <summary>How many bytes of events are in an agent's hands, uncommitted.</summary>
/// <param name="most">From this many on there is no room for more.</param>
internal sealed class BytesInFlight(long most)
{
    private long _count;

    public long Count => Volatile.Read(ref _count);

    /// <summary>
    /// Whether somebody who holds so many of them may have more: no more than are free. So whatever others hold and do not give back,
    /// there is room for who holds little.
    /// </summary>
    public bool HasRoomFor(long held) => held < most - Count;

    public void Add(long bytes) => Interlocked.Add(ref _count, bytes);

    public void Remove(long bytes) => Interlocked.Add(ref _count, -bytes);
}
