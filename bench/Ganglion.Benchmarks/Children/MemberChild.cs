using System.Globalization;
using Ganglion.Agents;
using Ganglion.Benchmarks.Subjects;
using Ganglion.Kafka;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Benchmarks.Children;

/// <summary>One of several processes that share an agent's partitions. Tells the number of each event that it handles.</summary>
internal static class MemberChild
{
    /// <summary>After which it is taken to be dead: the shortest that a cluster allows by default.</summary>
    public static readonly TimeSpan Session = TimeSpan.FromSeconds(6);

    /// <summary>How often it lets itself be heard: so late a survivor may learn that it has died.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(500);

    /// <summary>After which what it has left open is aborted: shorter than the session, for readers wait for it.</summary>
    public static readonly TimeSpan Transaction = TimeSpan.FromSeconds(5);

    /// <summary>The topic that an agent reads.</summary>
    public static string TopicOf(string agent) => $"{agent}-work";

    public static async Task RunAsync(string servers, string agent)
    {
        await using KafkaBroker broker = KafkaBroker.Open(new KafkaBrokerOptions
        {
            BootstrapServers = servers,
            TransactionTimeout = Transaction,
            Consumer = new KafkaConsumerOptions { SessionTimeout = Session, HeartbeatInterval = Heartbeat },
        });
        using IHost host = await KafkaAgentSubject.StartAsync(agent, TopicOf(agent), Handle, broker, null, CancellationToken.None);
        await Child.WhenLeftAloneAsync();

        void Handle(AgentContext context)
        {
            context.SetState(context.GetState<int>() + 1);
            context.Publish($"{agent}-done", context.Self.Key);
            Child.Tell(double.Parse(context.Self.Key, CultureInfo.InvariantCulture));
        }
    }
}
