using System.Net;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;

namespace Ganglion.Benchmarks.Children;

/// <summary>An embedded broker without a disk, listening for clients of Kafka until it is killed.</summary>
internal static class ListenerChild
{
    public static async Task RunAsync()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using KafkaListener listener = await KafkaListener.StartAsync(
            broker, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        Child.Tell(listener.EndPoint.Port);
        await Child.WhenLeftAloneAsync();
    }
}
