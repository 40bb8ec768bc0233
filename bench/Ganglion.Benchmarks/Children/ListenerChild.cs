using System.Net;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;

namespace Ganglion.Benchmarks.Children;

/// <summary>An embedded broker that listens for clients of Kafka until it is killed.</summary>
internal static class ListenerChild
{
    /// <summary>Tells the port, and after that, as often as somebody asks, the memory that the process takes in bytes.</summary>
    /// <param name="folder">Where it keeps its log, flushed before an append is acknowledged; null: nowhere.</param>
    public static async Task RunAsync(string? folder)
    {
        await using EmbeddedBroker broker = folder is null ? EmbeddedBroker.CreateVolatile() : await EmbeddedBroker.OpenAsync(folder);
        await using KafkaListener listener = await KafkaListener.StartAsync(
            broker, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        Child.Tell(listener.EndPoint.Port);
        while (await Task.Run(Console.In.ReadLine) is not null)
        {
            Child.Tell(Environment.WorkingSet);
        }
    }
}
