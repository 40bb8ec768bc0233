using System.Diagnostics;
using Ganglion.Agents;
using Ganglion.Benchmarks.Clusters;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Benchmarks.Subjects;

/// <summary>Hosts with one agent on a cluster of Kafka.</summary>
internal static class KafkaAgentSubject
{
    /// <summary>A host whose agent handles what comes on a topic.</summary>
    public static async Task<IHost> StartAsync(
        string agent, string topic, Delegate handle, IEventBroker broker, Action<AgentOptions>? configure, CancellationToken cancellationToken)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "bench" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.AddGanglion(ganglion => ganglion.UseBroker(broker).AddAgent(agent, agent => agent.On(topic, handle), configure));
        IHost host = builder.Build();
        await host.StartAsync(cancellationToken);
        return host;
    }

    /// <summary>An agent of its own publishes an event for each of a topic, exactly once.</summary>
    /// <returns>Events per second from the first that is handled until the last is committed, and how many a commit has in the mean.</returns>
    public static async Task<(double PerSecond, double PerCommit)> ForwardAsync(
        ICluster cluster, string from, string to, int count, CancellationToken cancellationToken)
    {
        var committed = new CommitCount(to, count);
        long started = 0;
        await using IEventBroker broker = new CountingBroker(KafkaBroker.Open(cluster.Options), committed);
        using IHost host = await StartAsync(KafkaTopics.NewName("agent"), from, Forward, broker, options => options.Partitions = cluster.Partitions, cancellationToken);
        await committed.WhenReachedAsync(cancellationToken);
        await host.StopAsync(cancellationToken);
        return (count / Stopwatch.GetElapsedTime(started, committed.Ended).TotalSeconds, committed.PerCommit);

        void Forward(CloudEvent work, AgentContext context)
        {
            if (started == 0)
            {
                Interlocked.CompareExchange(ref started, Stopwatch.GetTimestamp(), 0);
            }

            context.Publish(to, new CloudEvent { Id = work.Id, Source = "/bench/agent", Type = "done", Data = work.Data });
        }
    }
}
