using System.Diagnostics.Metrics;
using System.Net;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;

namespace Ganglion.Benchmarks.Children;

/// <summary>An embedded broker that listens for clients of Kafka until it is killed.</summary>
internal static class ListenerChild
{
    /// <summary>Asks for the memory that the process takes, in bytes.</summary>
    public const string Memory = "memory";

    /// <summary>Asks for the 99th percentile, in seconds, of how long producers were kept waiting since somebody asked last.</summary>
    public const string Produce = "produce";

    /// <summary>Tells the port, and after that what it is asked for.</summary>
    /// <param name="folder">Where it keeps its log, flushed before an append is acknowledged; null: nowhere.</param>
    public static async Task RunAsync(string? folder)
    {
        await using EmbeddedBroker broker = folder is null ? EmbeddedBroker.CreateVolatile() : await EmbeddedBroker.OpenAsync(folder);
        await using KafkaListener listener = await KafkaListener.StartAsync(
            broker, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        var waited = new List<double>();
        using MeterListener meters = Watch(waited);
        Child.Tell(listener.EndPoint.Port);
        while (await Task.Run(Console.In.ReadLine) is { } asked)
        {
            Child.Tell(asked == Produce ? TakePercentile(waited) : Environment.WorkingSet);
        }
    }

    private static MeterListener Watch(List<double> waited)
    {
        var meters = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "ganglion.listener.request.duration")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        meters.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            if (tags[1].Value is "Produce")
            {
                lock (waited)
                {
                    waited.Add(seconds);
                }
            }
        });
        meters.Start();
        return meters;
    }

    private static double TakePercentile(List<double> waited)
    {
        lock (waited)
        {
            waited.Sort();
            double percentile = waited.Count == 0 ? 0 : waited[(int)(waited.Count * 0.99)];
            waited.Clear();
            return percentile;
        }
    }
}
