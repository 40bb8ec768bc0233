using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener.Security;
using Microsoft.Extensions.Logging;

namespace Ganglion.Brokers.Listener;

/// <summary>
/// Tells operators of clients that change topics which agents need. They are not refused: whoever is let in may do everything.
/// </summary>
internal sealed partial class AgentTopicChanges(EmbeddedBroker broker, ILogger logger)
{
    // As the agents name them.
    private static readonly (string Suffix, string Content)[] Kinds =
    [
        (".inbox", "answers, timers that have fired and forwarded events that were not handled yet"),
        (".state", "what its instances remember"),
        (".timers", "its timers"),
        (".journal", "what its handlers that wait have done"),
    ];

    private readonly ILogger _logger = logger;

    /// <summary>A client has given a topic other settings.</summary>
    public void Altered(ClientSession client, string topic)
    {
        if (Find(topic) is { } found)
        {
            LogAltered(client.Host, topic, found.Agent, found.Content);
        }
    }

    /// <summary>A client has given a topic more partitions.</summary>
    public void Grown(ClientSession client, string topic)
    {
        if (Find(topic) is { } found)
        {
            LogGrown(client.Host, topic, found.Agent);
        }
    }

    /// <summary>A client has deleted a topic.</summary>
    public void Deleted(ClientSession client, string topic)
    {
        if (Find(topic) is { } found)
        {
            LogDeleted(client.Host, topic, found.Agent, found.Content);
        }
    }

    // A name alone says little: an agent's topics lie beside one another.
    private (string Agent, string Content)? Find(string topic)
    {
        foreach ((string suffix, string content) in Kinds)
        {
            if (topic.EndsWith(suffix, StringComparison.Ordinal))
            {
                string agent = topic[..^suffix.Length];
                return Kinds.Any(other => other.Suffix != suffix && broker.Catalog.Find(agent + other.Suffix) is not null) ? (agent, content) : null;
            }
        }

        return null;
    }

    [LoggerMessage(
        1043, LogLevel.Warning,
        "The client at {Host} has changed the settings of '{Topic}', where the agent {Agent} has {Content}: what they no longer keep is lost to it. "
        + "'ganglion doctor' tells whether they are as the agent needs them.")]
    private partial void LogAltered(string host, string topic, string agent, string content);

    [LoggerMessage(
        1044, LogLevel.Warning,
        "The client at {Host} has given '{Topic}' more partitions: the agent {Agent} does not start again unless its topics all have equally many. Create it anew with as "
        + "many as the others have, from a copy if it has something.")]
    private partial void LogGrown(string host, string topic, string agent);

    [LoggerMessage(
        1045, LogLevel.Warning,
        "The client at {Host} has deleted '{Topic}', where the agent {Agent} had {Content}: that is lost, unless a backup of the broker's folder is put in its place.")]
    private partial void LogDeleted(string host, string topic, string agent, string content);
}
