using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Hosting;
using Ganglion.Tests.Runtime;

namespace Ganglion.Tests.State;

/// <summary>
/// An agent whose state is a <see cref="Conversation"/>. A record on <c>say</c> is a script: what is to be done with the state, in one turn.
/// What the instance remembers then is published to <c>said</c>.
/// </summary>
internal static class Chat
{
    public static void Define(AgentBuilder agent) => agent.On<string>("say", (script, context) =>
    {
        foreach (string word in script.Split(' '))
        {
            Do(word, context);
        }

        context.Publish("said", context.GetState<Conversation>()?.Turns ?? ["nothing"]);
    });

    public static Action<GanglionBuilder> With(Action<AgentOptions>? configure = null) =>
        ganglion => ganglion.AddAgent("chat", Define, options =>
        {
            options.Partitions = 1;
            options.Retries = 0;
            configure?.Invoke(options);
        });

    /// <summary>Says something, one turn for each script, and returns what the instance remembers at last.</summary>
    public static async Task<string> SayAsync(this AgentTestHost host, string key, params string[] scripts)
    {
        long before = await host.EndOfAsync("said");
        foreach (string script in scripts)
        {
            await host.AppendAsync("say", key, $"\"{script}\"");
        }

        List<ConsumedRecord> said = await host.WhenAsync("said", (int)before + scripts.Length);
        string json = Encoding.UTF8.GetString(said.Last(record => Encoding.UTF8.GetString(record.Record.Key!.Value.Span) == key).Record.Value!.Value.Span);
        return json.Trim('[', ']').Replace("\"", "", StringComparison.Ordinal).Replace(',', ' ');
    }

    /// <summary>The records of the agent's state, in their order.</summary>
    public static Task<List<ConsumedRecord>> StateAsync(this AgentTestHost host) => host.Broker.ReadAllRecordsAsync("chat.state");

    /// <summary>Lets the broker compact all that may be compacted.</summary>
    public static async Task CompactAsync(this AgentTestHost host, string topic = "chat.state", DateTimeOffset? now = null)
    {
        Partition partition = host.Broker.Catalog.Get(new TopicPartition(topic, 0));
        await partition.Log.CleanAsync(partition.Topic.Settings, (now ?? TimeProvider.System.GetUtcNow()).ToUnixTimeMilliseconds(), AgentTestHost.Timeout);
    }

    /// <summary>How a record of the state looks: what it is, its version, its data.</summary>
    public static string Show(this in Record record)
    {
        string version = record.Headers.TryGet("__state.version"u8, out ReadOnlyMemory<byte> text) ? Encoding.UTF8.GetString(text.Span) : "-";
        string kind = record.Headers.TryGet("__state.change"u8, out ReadOnlyMemory<byte> change) ? Encoding.UTF8.GetString(change.Span)
            : record.Headers.TryGet("__state.snapshot"u8, out _) ? "snapshot"
            : record.Value is null ? "cleared"
            : "set";
        return $"{version} {kind} {(record.Value is { } value ? Encoding.UTF8.GetString(value.Span) : "")}".TrimEnd();
    }

    private static void Do(string word, AgentContext context)
    {
        switch (word)
        {
            case "clear":
                context.ClearState();
                break;
            case "set":
                context.SetState(new Conversation { Turns = ["set"] });
                break;
            case "forget":
                context.ChangeState<Conversation, TurnForgotten>(new TurnForgotten());
                break;
            case "careless":
                try
                {
                    context.ChangeState<Conversation, TurnSaid>(new TurnSaid("unspeakable"));
                }
                catch (Ganglion.State.StateException)
                {
                }

                break;
            case "look":
                break;
            default:
                context.ChangeState<Conversation, TurnSaid>(new TurnSaid(word));
                break;
        }
    }

    private static async Task<long> EndOfAsync(this AgentTestHost host, string topic) =>
        await host.Broker.Topics.FindAsync(topic, AgentTestHost.Timeout) is { } found ? found.Partitions.Sum(partition => partition.LatestOffset) : 0;

    private static async Task<List<ConsumedRecord>> WhenAsync(this AgentTestHost host, string topic, int count)
    {
        await host.ReadRecordsAsync(topic, count);
        return await host.Broker.ReadAllRecordsAsync(topic);
    }

    private static async Task<List<ConsumedRecord>> ReadAllRecordsAsync(this EmbeddedBroker broker, string topic)
    {
        var partition = new TopicPartition(topic, 0);
        long end = await broker.Topics.GetOffsetAsync(partition, OffsetPosition.Latest, AgentTestHost.Timeout);
        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [partition] = OffsetPosition.Earliest } }, AgentTestHost.Timeout);
        var records = new List<ConsumedRecord>();
        while (reader.GetPosition(partition) < end)
        {
            records.AddRange((await reader.ReadAsync(AgentTestHost.Timeout)).Records);
        }

        return records;
    }
}
