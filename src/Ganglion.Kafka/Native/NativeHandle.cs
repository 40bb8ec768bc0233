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
}
