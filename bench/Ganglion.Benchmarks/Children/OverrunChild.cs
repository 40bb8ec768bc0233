using Ganglion.Benchmarks.Subjects;
using Ganglion.Kafka;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Benchmarks.Children;

/// <summary>An agent that is much slower than whoever writes for it. Tells each second how many events it has handled, and the MB that the process takes.</summary>
internal static class OverrunChild
{
    /// <summary>The topic that an agent reads.</summary>
    public static string TopicOf(string agent) => $"{agent}-work";

    public static async Task RunAsync(string servers, string agent)
    {
        int handled = 0;
        await using KafkaBroker broker = KafkaBroker.Open(new KafkaBrokerOptions { BootstrapServers = servers });
        using IHost host = await KafkaAgentSubject.StartAsync(agent, TopicOf(agent), HandleAsync, broker, null, CancellationToken.None);
        Task leftAlone = Child.WhenLeftAloneAsync();
        while (!leftAlone.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            Child.Tell(Volatile.Read(ref handled));
            Child.Tell(Environment.WorkingSet / 1e6);
        }

        // With as many at a time as an agent has by default, 128 a second.
        async Task HandleAsync()
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
            Interlocked.Increment(ref handled);
        }
    }
}
