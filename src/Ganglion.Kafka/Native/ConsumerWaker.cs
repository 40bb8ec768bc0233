using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Native;

/// <summary>Lets a consumer that polls return at once, so that its thread can do what it is asked to.</summary>
internal sealed class ConsumerWaker : IDisposable
{
    private readonly Lock _lock = new();
    private nint _queue;

    public ConsumerWaker(Client.IClient consumer)
    {
        _queue = NativeMethods.ConsumerQueue(NativeHandle.Of(consumer).DangerousGetHandle());
    }

    public void Wake()
    {
        lock (_lock)
        {
            if (_queue != 0)
            {
                NativeMethods.YieldQueue(_queue);
            }
        }
    }

    /// <summary>Before the consumer is closed: it waits for those who hold its queue.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_queue != 0)
            {
                NativeMethods.DestroyQueue(_queue);
                _queue = 0;
            }
        }
    }
}
