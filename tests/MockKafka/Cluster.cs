using System.Runtime.InteropServices;
using static MockKafka.Librdkafka;

namespace MockKafka;

/// <summary>The cluster of librdkafka. What can fail returns the reason, or nothing.</summary>
internal sealed class Cluster : IDisposable
{
    private readonly nint _client;
    private readonly nint _cluster;

    /// <summary>Starts a cluster whose brokers are called 1, 2 and so on, on free ports of this machine.</summary>
    public Cluster(int brokers)
    {
        // The cluster needs a client for its bookkeeping, whose warning that it knows no brokers nobody needs.
        Span<byte> reason = stackalloc byte[512];
        nint configuration = rd_kafka_conf_new();
        rd_kafka_conf_set(configuration, "log_level", "3", reason, (nuint)reason.Length);
        _client = rd_kafka_new(Producer, configuration, reason, (nuint)reason.Length);
        _cluster = rd_kafka_mock_cluster_new(_client, brokers);

        // Of itself it has none, and whoever administers topics would wait for it for ever.
        rd_kafka_mock_set_controller_id(_cluster, 1);
    }

    public string BootstrapServers => Marshal.PtrToStringUTF8(rd_kafka_mock_cluster_bootstraps(_cluster))!;

    public string? CreateTopic(string topic, int partitions, int replication) =>
        Outcome(rd_kafka_mock_topic_create(_cluster, topic, partitions, replication));

    public string? DeleteTopic(string topic) => Outcome(rd_kafka_mock_topic_delete(_cluster, topic));

    /// <summary>Answers whoever asks about a topic with this error; 0: with none any more.</summary>
    public string? SetTopicError(string topic, int error)
    {
        rd_kafka_mock_topic_set_error(_cluster, topic, error);
        return null;
    }

    public string? SetDown(int broker) => Outcome(rd_kafka_mock_broker_set_down(_cluster, broker));

    public string? SetUp(int broker) => Outcome(rd_kafka_mock_broker_set_up(_cluster, broker));

    /// <summary>Lets a broker, or all of them (-1), answer so much later.</summary>
    public string? SetLatency(int broker, int milliseconds) => Outcome(rd_kafka_mock_broker_set_rtt(_cluster, broker, milliseconds));

    /// <summary>Answers the next requests of a kind with these errors; -195 closes the connection instead.</summary>
    public string? FailNext(short apiKey, int[] errors)
    {
        rd_kafka_mock_push_request_errors_array(_cluster, apiKey, (nuint)errors.Length, errors);
        return null;
    }

    public string? SetLeader(string topic, int partition, int broker) =>
        Outcome(rd_kafka_mock_partition_set_leader(_cluster, topic, partition, broker));

    /// <summary>Lets a broker coordinate a group, or the transactions of a transactional id (<c>transaction</c>).</summary>
    public string? SetCoordinator(string kind, string key, int broker) => Outcome(rd_kafka_mock_coordinator_set(_cluster, kind, key, broker));

    /// <summary>Waits so long for further members before the first assignment of a group (3 seconds, unless said otherwise).</summary>
    public string? SetRebalanceDelay(int milliseconds)
    {
        rd_kafka_mock_group_initial_rebalance_delay_ms(_cluster, milliseconds);
        return null;
    }

    public void Dispose()
    {
        rd_kafka_mock_cluster_destroy(_cluster);
        rd_kafka_destroy(_client);
    }

    private static string? Outcome(int code) => code == 0 ? null : Marshal.PtrToStringUTF8(rd_kafka_err2str(code));
}
