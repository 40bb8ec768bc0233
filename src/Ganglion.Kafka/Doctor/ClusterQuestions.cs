using System.Globalization;
using Confluent.Kafka.Admin;
using Ganglion.Kafka.Connecting;
using static Confluent.Kafka.IAdminClientExtensions;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Doctor;

/// <summary>Asks a cluster about itself. What it does not tell, for whatever reason, is a finding, and nothing else.</summary>
/// <param name="connection">The connection.</param>
/// <param name="timeout">How long an answer may take.</param>
internal sealed class ClusterQuestions(ClusterConnection connection, TimeSpan timeout)
{
    private readonly Client.IAdminClient _client = connection.Client;
    private readonly List<Finding> _findings = [];

    /// <summary>What could not be asked.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The topics, with what the user may do with them.</summary>
    public async Task<IReadOnlyList<TopicDescription>> TopicsAsync(CancellationToken cancellationToken)
    {
        DescribeTopicsResult? result = await AskAsync(
            "topics",
            async () =>
            {
                Client.Metadata all = await Task.Run(() => _client.GetMetadata(timeout), cancellationToken).ConfigureAwait(false);
                return all.Topics.Count == 0
                    ? null
                    : await _client.DescribeTopicsAsync(
                        Client.TopicCollection.OfTopicNames(all.Topics.Select(topic => topic.Topic)),
                        new DescribeTopicsOptions { RequestTimeout = timeout, IncludeAuthorizedOperations = true }).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        return result is null ? [] : [.. result.TopicDescriptions.Where(topic => !topic.Error.IsError)];
    }

    /// <summary>The settings of topics, or of a broker, by name; nothing for those that are not told.</summary>
    public async Task<IReadOnlyDictionary<string, Dictionary<string, string>>> SettingsAsync(
        string check, ResourceType type, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
        {
            return new Dictionary<string, Dictionary<string, string>>();
        }

        List<DescribeConfigsResult>? results = await AskAsync(
            check,
            () => _client.DescribeConfigsAsync(
                names.Select(name => new ConfigResource { Type = type, Name = name }), new DescribeConfigsOptions { RequestTimeout = timeout }),
            cancellationToken).ConfigureAwait(false);
        return (results ?? []).ToDictionary(
            result => result.ConfigResource.Name,
            result => result.Entries.Values.Where(entry => entry.Value is not null).ToDictionary(entry => entry.Name, entry => entry.Value));
    }

    /// <summary>What the user may do with groups; none for those that are not told.</summary>
    public async Task<IReadOnlyList<ConsumerGroupDescription>> GroupsAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        DescribeConsumerGroupsResult? result = names.Count == 0 ? null : await AskAsync(
            "groups",
            () => _client.DescribeConsumerGroupsAsync(
                names, new DescribeConsumerGroupsOptions { RequestTimeout = timeout, IncludeAuthorizedOperations = true }),
            cancellationToken).ConfigureAwait(false);
        return result?.ConsumerGroupDescriptions ?? [];
    }

    private async Task<T?> AskAsync<T>(string check, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : class?
    {
        try
        {
            return await ask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Client.KafkaException exception)
        {
            Client.Error error = ErrorOf(exception);
            _findings.Add(error.Code is Client.ErrorCode.TopicAuthorizationFailed or Client.ErrorCode.GroupAuthorizationFailed or Client.ErrorCode.ClusterAuthorizationFailed
                ? Finding.Warning(check, $"could not be asked: {error.Reason}.", "Grant Describe and DescribeConfigs, to have it checked.")
                : Finding.Unknown(check, string.Create(CultureInfo.InvariantCulture, $"{error.Reason} ({error.Code})")));
            return null;
        }
    }

    // Of several answers, each has an error of its own.
    private static Client.Error ErrorOf(Client.KafkaException exception) => exception switch
    {
        DescribeTopicsException topics => topics.Results.TopicDescriptions.FirstOrDefault(one => one.Error.IsError)?.Error ?? exception.Error,
        DescribeConfigsException configs => configs.Results.FirstOrDefault(one => one.Error.IsError)?.Error ?? exception.Error,
        DescribeConsumerGroupsException groups => groups.Results.ConsumerGroupDescriptions.FirstOrDefault(one => one.Error.IsError)?.Error ?? exception.Error,
        _ => exception.Error,
    };
}
