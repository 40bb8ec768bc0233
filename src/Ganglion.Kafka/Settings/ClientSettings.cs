using System.Globalization;
using Ganglion.Brokers;

namespace Ganglion.Kafka.Settings;

/// <summary>How the native clients of each kind are set up, by librdkafka's names.</summary>
/// <param name="options">How the broker is set up.</param>
/// <param name="settings">What is set of the native client.</param>
internal sealed class ClientSettings(KafkaBrokerOptions options, NativeSettings settings)
{
    private const string MetadataInterval = "topic.metadata.refresh.interval.ms";

    // How large a record may be is for its topic to say. By default the client takes less than a topic does, so that what somebody else
    // has written could be neither forwarded nor parked. A broker takes requests of 100 MiB.
    private const string MostBytes = "100000000";

    /// <summary>What every client has.</summary>
    public Dictionary<string, string> ForAdministration(string clientId) => With(clientId, SettingUse.All, []);

    /// <summary>Idempotent, and acknowledged by all in-sync replicas.</summary>
    public Dictionary<string, string> ForProducer(string clientId)
    {
        Dictionary<string, string> producer = WithFreshTopics(With(clientId, SettingUse.Producers, new()
        {
            ["enable.idempotence"] = "true",
            ["acks"] = "all",
            ["partitioner"] = "murmur2_random",
            ["allow.auto.create.topics"] = "false",
        }));
        producer.TryAdd("message.max.bytes", MostBytes);
        return producer;
    }

    public Dictionary<string, string> ForTransactions(string clientId, string transactionalId)
    {
        Dictionary<string, string> transactions = ForProducer(clientId);
        transactions["transactional.id"] = transactionalId;
        transactions["transaction.timeout.ms"] = Text(options.TransactionTimeout);
        return transactions;
    }

    /// <summary>Reads what is committed, from where it is told.</summary>
    public Dictionary<string, string> ForFetcher(string clientId)
    {
        Dictionary<string, string> fetcher = With(clientId, SettingUse.Consumers, new()
        {
            ["group.id"] = "ganglion.fetchers",
            ["group.protocol"] = "classic",
            ["isolation.level"] = "read_committed",
            ["enable.auto.commit"] = "false",
            ["enable.auto.offset.store"] = "false",
            ["enable.partition.eof"] = "true",
            ["auto.offset.reset"] = "earliest",
            ["allow.auto.create.topics"] = "false",
        });

        // A partition that comes waits for the answer to what was asked before it.
        fetcher.TryAdd("fetch.wait.max.ms", "100");
        return WithFreshTopics(fetcher);
    }

    /// <summary>A member of a group, or who speaks for it.</summary>
    public Dictionary<string, string> ForGroup(string clientId, string groupId)
    {
        Dictionary<string, string> group = With(clientId, SettingUse.Consumers, new()
        {
            ["group.id"] = groupId,
            ["group.protocol"] = "classic", // Not every version of librdkafka would choose it.
            ["isolation.level"] = "read_committed",
            ["enable.auto.commit"] = "false",
            ["enable.auto.offset.store"] = "false",
            ["partition.assignment.strategy"] = "cooperative-sticky",
            ["allow.auto.create.topics"] = "false",
        });
        group.TryAdd(MetadataInterval, "10000");
        return group;
    }

    /// <summary>A member. What is configured of its session counts for all members, whatever they ask for.</summary>
    /// <param name="member">What it asks for.</param>
    /// <param name="isNamed">Whether it has the process's instance id, if there is one.</param>
    public Dictionary<string, string> ForMember(ConsumerOptions member, bool isNamed = true)
    {
        Dictionary<string, string> own = ForGroup(member.ClientId, member.GroupId);
        own.TryAdd(SettingNames.SessionTimeout, Text(member.SessionTimeout));
        TimeSpan session = TimeSpan.FromMilliseconds(int.Parse(own[SettingNames.SessionTimeout], CultureInfo.InvariantCulture));
        own.TryAdd(SettingNames.HeartbeatInterval, Text(Shorter(member.HeartbeatInterval, session / 4)));
        own.TryAdd("max.poll.interval.ms", Text(member.MaxPollInterval > session ? member.MaxPollInterval : session));
        own["auto.offset.reset"] = "latest";
        if (isNamed && options.Consumer.InstanceId is { } instance)
        {
            own["group.instance.id"] = instance;
        }

        return own;
    }

    /// <summary>One client of each kind that has settings of its own.</summary>
    public IEnumerable<(bool IsProducer, Dictionary<string, string> Settings)> ForTrial()
    {
        yield return (true, ForTransactions("ganglion", "ganglion"));
        yield return (false, ForFetcher("ganglion"));
        yield return (false, ForMember(new ConsumerOptions { GroupId = "ganglion", Topics = [] }));
    }

    // A topic is written and read only once the cluster knows of it. So it counts as deleted soon where it is unknown.
    private static Dictionary<string, string> WithFreshTopics(Dictionary<string, string> own)
    {
        own.TryAdd(MetadataInterval, "10000");
        own.TryAdd("topic.metadata.propagation.max.ms", "5000");
        return own;
    }

    private Dictionary<string, string> With(string clientId, SettingUse use, Dictionary<string, string> own)
    {
        Dictionary<string, string> all = settings.All.Where(setting => setting.Use == SettingUse.All || setting.Use == use)
            .ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal);
        all["client.id"] = clientId;
        foreach ((string name, string value) in own)
        {
            all[name] = value;
        }

        return all;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static string Text(TimeSpan value) => ((long)value.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
