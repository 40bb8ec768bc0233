using System.Globalization;
using Ganglion.Brokers;

namespace Ganglion.Kafka;

/// <summary>How the native clients are set up, by librdkafka's names.</summary>
internal sealed class ClientSettings(KafkaBrokerOptions options)
{
    /// <summary>What every client has.</summary>
    public Dictionary<string, string> ForAdministration(string clientId) => With(clientId, []);

    /// <summary>Idempotent, and acknowledged by all in-sync replicas.</summary>
    public Dictionary<string, string> ForProducer(string clientId) => With(clientId, new()
    {
        ["enable.idempotence"] = "true",
        ["acks"] = "all",
        ["partitioner"] = "murmur2_random",
        ["allow.auto.create.topics"] = Text(options.AutoCreateTopics),
    });

    public Dictionary<string, string> ForTransactions(string clientId, string transactionalId)
    {
        Dictionary<string, string> settings = ForProducer(clientId);
        settings["transactional.id"] = transactionalId;
        settings["transaction.timeout.ms"] = Text(options.TransactionTimeout);
        return settings;
    }

    /// <summary>Reads what is committed, from where it is told.</summary>
    public Dictionary<string, string> ForFetcher(string clientId) => With(clientId, new()
    {
        ["group.id"] = "ganglion.fetchers",
        ["isolation.level"] = "read_committed",
        ["enable.auto.commit"] = "false",
        ["enable.auto.offset.store"] = "false",
        ["enable.partition.eof"] = "true",
        ["auto.offset.reset"] = "earliest",
        ["allow.auto.create.topics"] = "false",
    });

    /// <summary>A member of a group, or who speaks for it.</summary>
    public Dictionary<string, string> ForGroup(string clientId, string groupId) => With(clientId, new()
    {
        ["group.id"] = groupId,
        ["isolation.level"] = "read_committed",
        ["enable.auto.commit"] = "false",
        ["enable.auto.offset.store"] = "false",
        ["partition.assignment.strategy"] = "cooperative-sticky",
        ["allow.auto.create.topics"] = Text(options.AutoCreateTopics),
        ["topic.metadata.refresh.interval.ms"] = "10000",
    });

    public Dictionary<string, string> ForMember(ConsumerOptions member)
    {
        Dictionary<string, string> settings = ForGroup(member.ClientId, member.GroupId);
        settings["session.timeout.ms"] = Text(member.SessionTimeout);
        settings["heartbeat.interval.ms"] = Text(member.HeartbeatInterval);
        settings["max.poll.interval.ms"] = Text(member.MaxPollInterval > member.SessionTimeout ? member.MaxPollInterval : member.SessionTimeout);
        settings["auto.offset.reset"] = "latest";
        return settings;
    }

    private Dictionary<string, string> With(string clientId, Dictionary<string, string> own)
    {
        var settings = new Dictionary<string, string>(options.Client, StringComparer.Ordinal)
        {
            ["bootstrap.servers"] = options.BootstrapServers,
            ["client.id"] = clientId,
        };
        foreach ((string name, string value) in own)
        {
            settings[name] = value;
        }

        return settings;
    }

    private static string Text(bool value) => value ? "true" : "false";

    private static string Text(TimeSpan value) => ((long)value.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
