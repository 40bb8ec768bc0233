using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ganglion.Kafka.Native;

/// <summary>A producer of librdkafka. It is released when nobody calls it any more, and then waits for its threads to end.</summary>
internal sealed class ProducerHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly GCHandle _owner;

    /// <param name="client">The producer.</param>
    /// <param name="owner">Whom it calls back, until it is released.</param>
    public ProducerHandle(nint client, GCHandle owner)
        : base(ownsHandle: true)
    {
        _owner = owner;
        SetHandle(client);
    }

    protected override bool ReleaseHandle()
    {
        NativeMethods.Destroy(handle);
        _owner.Free();
        return true;
    }
}
