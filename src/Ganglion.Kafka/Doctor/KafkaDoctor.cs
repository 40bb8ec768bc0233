using System.Globalization;
using Confluent.Kafka.Admin;
using Ganglion.Kafka.Connecting;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Requests;
using Ganglion.Kafka.Settings;

namespace Ganglion.Kafka.Doctor;

/// <summary>Looks at a cluster with the settings of an application, and says what is to mend. It writes nothing, unless it is to probe.</summary>
internal static class KafkaDoctor
{
    private static readonly TimeSpan QuestionTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Examines a cluster. What is found first, such as that nobody answers, may be the last.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="servers">Another address than theirs.</param>
    /// <param name="faults">What is known to be wrong with them already.</param>
    /// <param name="probes">Whether a topic is created, written to, read and deleted.</param>
    /// <param name="timeout">How long it may wait for the cluster to answer at all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<Finding>> ExamineAsync(
        KafkaBrokerOptions options, string? servers, List<string> faults, bool probes, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        try
        {
            NativeClient.Load();
            findings.Add(Finding.Ok("native client", $"librdkafka {Confluent.Kafka.Library.VersionString}."));
            options = servers is null ? options : options.WithServers(servers);
            NativeSettings settings = CheckedSettings.Of(options, faults);
            findings.Add(Finding.Ok("settings", Describe(settings)));
            var versions = new ApiVersions();
            using var connection = new ClusterConnection(options, settings, versions.Read);
            DescribeClusterResult cluster = await connection.ReachAsync(timeout, cancellationToken).ConfigureAwait(false);
            findings.Add(Finding.Ok(
                "cluster",
                $"{cluster.ClusterId}: {string.Join(", ", cluster.Nodes.OrderBy(node => node.Id).Select(node => string.Create(CultureInfo.InvariantCulture, $"{node.Id} at {node.Host}:{node.Port}")))}."));
            findings.AddRange(versions.Examine());
            findings.Add(Rights.OfCluster(cluster.AuthorizedOperations, options.AutoCreateTopics));
            await ExamineAsync(cluster, options, settings, connection, findings, cancellationToken).ConfigureAwait(false);
            findings.AddRange(probes
                ? await Probe.RunAsync(options, connection, cancellationToken).ConfigureAwait(false)
                : [Finding.Unknown("clock", "a cluster tells its time only with what is written: ask for a probe.")]);
        }
        catch (NativeClientException exception)
        {
            findings.Add(Finding.Fault("native client", $"{exception.Message} ({exception.Code})"));
        }
        catch (KafkaSettingsException exception)
        {
            findings.AddRange(exception.Faults.Select(fault => Finding.Fault("settings", fault)));
        }
        catch (KafkaException exception)
        {
            findings.Add(Finding.Fault("connection", $"{exception.Message} ({exception.Code})"));
        }

        return findings;
    }

    private static async Task ExamineAsync(
        DescribeClusterResult cluster,
        KafkaBrokerOptions options,
        NativeSettings settings,
        ClusterConnection connection,
        List<Finding> findings,
        CancellationToken cancellationToken)
    {
        var questions = new ClusterQuestions(connection, new ClusterRequests(options with { RequestTimeout = QuestionTimeout }));
        string broker = cluster.Nodes[0].Id.ToString(CultureInfo.InvariantCulture);
        if ((await questions.SettingsAsync("broker settings", ResourceType.Broker, [broker], cancellationToken).ConfigureAwait(false))
            .TryGetValue(broker, out Dictionary<string, string>? configured))
        {
            findings.AddRange(BrokerExamination.Examine(configured, options, settings, cluster.Nodes.Count));
        }

        IReadOnlyList<TopicDescription> topics = await questions.TopicsAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<string, Dictionary<string, string>> entries = await questions.SettingsAsync(
            "topic settings", ResourceType.Topic, [.. topics.Where(topic => !topic.IsInternal).Select(topic => topic.Name)], cancellationToken).ConfigureAwait(false);
        var examination = new TopicExamination([.. topics.Select(topic => ToExamined(topic, entries.GetValueOrDefault(topic.Name)))], cluster.Nodes.Count);
        var own = examination.Own.Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        IReadOnlyList<ConsumerGroupDescription> groups = await questions.GroupsAsync(examination.Agents, cancellationToken).ConfigureAwait(false);
        findings.AddRange(questions.Findings);
        findings.AddRange(Rights.OfTopicsOf([.. topics.Where(topic => own.Contains(topic.Name))]));
        findings.AddRange(Rights.OfGroupsOf(groups));
        findings.AddRange(examination.Examine());
        if (examination.Agents.Count == 0)
        {
            findings.Add(Finding.Ok("agents", "no agent has been here yet, or its topics may not be seen."));
        }
    }

    private static ExaminedTopic ToExamined(TopicDescription topic, Dictionary<string, string>? entries) => new(topic.Name, topic.Partitions.Count)
    {
        Cleanup = entries?.GetValueOrDefault("cleanup.policy"),
        RetentionMs = Number(entries, "retention.ms"),
        MaxMessageBytes = Number(entries, "max.message.bytes"),
        MinInSync = (int?)Number(entries, "min.insync.replicas"),
        Replicas = topic.Partitions.Count == 0 ? null : topic.Partitions.Min(partition => partition.Replicas.Count),
        Lagging = topic.Partitions.Count(partition => partition.ISR.Count < partition.Replicas.Count),
    };

    private static long? Number(Dictionary<string, string>? entries, string name) =>
        long.TryParse(entries?.GetValueOrDefault(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static string Describe(NativeSettings settings)
    {
        string user = settings[SettingNames.Mechanism] is { } mechanism ? $", {mechanism} as {settings[SettingNames.Username] ?? "whom its token names"}" : "";
        return $"{settings[SettingNames.Servers]}, {settings[SettingNames.Protocol] ?? "plaintext"}{user}.";
    }
}
