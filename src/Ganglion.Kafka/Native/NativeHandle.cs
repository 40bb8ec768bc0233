using System.Reflection;
using System.Runtime.InteropServices;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Native;

/// <summary>The native client behind one of Confluent.Kafka.</summary>
internal static class NativeHandle
{
    // Confluent.Kafka keeps it to itself. The day it can commit the metadata of offsets, this goes.
    private static readonly PropertyInfo Handle =
        typeof(Client.Handle).GetProperty("LibrdkafkaHandle", BindingFlags.Instance | BindingFlags.NonPublic)
        ?? throw new MissingMemberException("Confluent.Kafka.Handle.LibrdkafkaHandle: this version of Confluent.Kafka is not supported; 2.15.1 is.");

    /// <summary>Its handle. Whoever uses it sees to it that it is not released meanwhile.</summary>
    public static SafeHandle Of(Client.IClient client) => (SafeHandle)Handle.GetValue(client.Handle)!;

    /// <summary>Keeps the native client until the holder is disposed of, even if somebody disposes of the client meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">The client has been disposed of.</exception>
    public static Holder Hold(Client.IClient client) => new(client);

    /// <summary>Keeps a native client.</summary>
    public readonly ref struct Holder
    {
        private readonly Client.IClient _client;
        private readonly SafeHandle _handle;

        public Holder(Client.IClient client)
        {
            bool isHeld = false;
            _client = client;
            _handle = Of(client);
            _handle.DangerousAddRef(ref isHeld);
        }

        /// <summary>The native client.</summary>
        public nint Pointer => _handle.DangerousGetHandle();

        // What the native client calls back while it ends belongs to the client of Confluent.Kafka.
        public void Dispose()
        {
            _handle.DangerousRelease();
            GC.KeepAlive(_client);
        }
    }
}
