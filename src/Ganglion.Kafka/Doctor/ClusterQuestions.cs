using Confluent.Kafka.Admin;
using Ganglion.Kafka.Connecting;
using Ganglion.Kafka.Requests;
using Ganglion.Kafka.Topics;
using static Confluent.Kafka.IAdminClientExtensions;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Doctor;

/// <summary>Asks a cluster about itself. What it does not tell, for whatever reason, is a finding, and nothing else.</summary>
/// <param name="connection">The connection.</param>
/// <param name="requests">Asks it again if need be.</param>
internal sealed class ClusterQuestions(ClusterConnection connection, ClusterRequests requests)
{
    private const string Grant = "Grant Describe and DescribeConfigs, to have it checked.";

    private readonly Client.IAdminClient _client = connection.Client;
    private readonly List<Finding> _findings = [];

    /// <summary>What could not be asked.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The topics, with what the user may do with them.</summary>
    public async Task<IReadOnlyList<TopicDescription>> TopicsAsync(CancellationToken cancellationToken)
    {
        string[]? all = await AskAsync("topics", timeout => ClusterTopics.ListOnceAsync(_client, timeout), cancellationToken).ConfigureAwait(false);
        if (all is null or [])
        {
            return [];
        }

        List<TopicDescription>? topics = await AskAsync(
            "topics", timeout => DescribeAsync(all, timeout), cancellationToken).ConfigureAwait(false);
        return [.. (topics ?? []).Where(topic => !topic.Error.IsError)];
    }

    /// <summary>The settings of topics, or of a broker, by name; nothing for those that are not told.</summary>
    public async Task<IReadOnlyDictionary<string, Dictionary<string, string>>> SettingsAsync(
        string check, ResourceType type, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
        {
            return new Dictionary<string, Dictionary<string, string>>();
        }

        List<DescribeConfigsReport>? reports = await AskAsync(check, timeout => DescribeAsync(type, names, timeout), cancellationToken).ConfigureAwait(false);
        if (reports?.Find(report => report.Error.IsError && report.Error.Code != Client.ErrorCode.UnknownTopicOrPart) is { } refused)
        {
            _findings.Add(Finding.Warning(
                check,
                $"could not be asked of {ClusterTopics.NamesOf([.. reports.Where(report => report.Error.Code == refused.Error.Code).Select(report => report.ConfigResource.Name)])}: {refused.Error.Reason}.",
                Grant));
        }

        return (reports ?? []).Where(report => !report.Error.IsError).ToDictionary(
            report => report.ConfigResource.Name,
            report => report.Entries.Values.Where(entry => entry.Value is not null).ToDictionary(entry => entry.Name, entry => entry.Value));
    }

    /// <summary>What the user may do with groups; none for those that are not told.</summary>
    public async Task<IReadOnlyList<ConsumerGroupDescription>> GroupsAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        DescribeConsumerGroupsResult? result = names.Count == 0 ? null : await AskAsync(
            "groups",
            timeout => _client.DescribeConsumerGroupsAsync(
                names, new DescribeConsumerGroupsOptions { RequestTimeout = timeout, IncludeAuthorizedOperations = true }),
            cancellationToken).ConfigureAwait(false);
        return result?.ConsumerGroupDescriptions ?? [];
    }

    // One that is deleted while it is asked about is none of those that there are.
    private async Task<List<TopicDescription>> DescribeAsync(string[] names, TimeSpan timeout)
    {
        try
        {
            DescribeTopicsResult result = await _client.DescribeTopicsAsync(
                Client.TopicCollection.OfTopicNames(names), new DescribeTopicsOptions { RequestTimeout = timeout, IncludeAuthorizedOperations = true }).ConfigureAwait(false);
            return result.TopicDescriptions;
        }
        catch (DescribeTopicsException exception) when (
            exception.Results.TopicDescriptions.TrueForAll(topic => !topic.Error.IsError || topic.Error.Code == Client.ErrorCode.UnknownTopicOrPart))
        {
            return exception.Results.TopicDescriptions;
        }
    }

    // Nor does it matter to the others that one of them may not be seen.
    private async Task<List<DescribeConfigsReport>> DescribeAsync(ResourceType type, IEnumerable<string> names, TimeSpan timeout)
    {
        try
        {
            List<DescribeConfigsResult> results = await _client.DescribeConfigsAsync(
                names.Select(name => new ConfigResource { Type = type, Name = name }), new DescribeConfigsOptions { RequestTimeout = timeout }).ConfigureAwait(false);
            return
            [
                .. results.Select(result => new DescribeConfigsReport
                {
                    ConfigResource = result.ConfigResource,
                    Entries = result.Entries,
                    Error = new Client.Error(Client.ErrorCode.NoError),
                }),
            ];
        }
        catch (DescribeConfigsException exception) when (exception.Results.TrueForAll(result =>
            !result.Error.IsError || result.Error.Code is Client.ErrorCode.UnknownTopicOrPart or Client.ErrorCode.TopicAuthorizationFailed))
        {
            return exception.Results;
        }
    }

    private async Task<T?> AskAsync<T>(string check, Func<TimeSpan, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await requests.AskAsync(ask, check, cancellationToken).ConfigureAwait(false);
        }
        catch (GanglionException exception)
        {
            _findings.Add(exception.Code == "kafka-unauthorized"
                ? Finding.Warning(check, $"could not be asked: {exception.Message}", Grant)
                : Finding.Unknown(check, exception.Message));
            return null;
        }
    }
}
