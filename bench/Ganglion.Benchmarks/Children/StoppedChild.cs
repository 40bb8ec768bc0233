using System.Diagnostics;
using Ganglion.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Benchmarks.Children;

/// <summary>One of several processes that share an agent's work. Tells that it is ready, and then what it is asked for.</summary>
internal static class StoppedChild
{
    /// <summary>Asks how many events it has handled.</summary>
    public const string Handled = "handled";

    /// <summary>Asks when it has begun the last one, in milliseconds of a clock that all processes share.</summary>
    public const string LastBegun = "last begun";

    /// <summary>The topic that an agent reads.</summary>
    public static string TopicOf(string agent) => $"{agent}-work";

    public static async Task RunAsync(string servers, string agent)
    {
        long handled = 0;
        long lastBegun = 0;
        await using KafkaBroker broker = KafkaBroker.Open(new KafkaBrokerOptions { BootstrapServers = servers });
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "bench" });
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.AddGanglion(ganglion => ganglion.UseBroker(broker).AddAgent(agent, one => one.On(TopicOf(agent), Handle)));
        using IHost host = builder.Build();
        await host.StartAsync();
        Child.Tell(0);
        while (await Console.In.ReadLineAsync() is { } asked)
        {
            Child.Tell(asked == Handled ? Interlocked.Read(ref handled) : Interlocked.Read(ref lastBegun) * 1000.0 / Stopwatch.Frequency);
        }

        void Handle()
        {
            Interlocked.Exchange(ref lastBegun, Stopwatch.GetTimestamp());
            Interlocked.Increment(ref handled);
        }
    }
}
