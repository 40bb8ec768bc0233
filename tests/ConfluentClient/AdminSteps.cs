using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace ConfluentClient;

/// <summary>Administers topics and groups.</summary>
internal sealed class AdminSteps(string servers) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IAdminClient _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).Build();

    public async Task CreateTopicAsync(string topic, int partitions, Dictionary<string, string> config)
    {
        try
        {
            await _admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1, Configs = config }]);
        }
        catch (CreateTopicsException exception)
        {
            throw Named(exception.Results.Single().Error, exception);
        }
    }

    public object[] DescribeTopic(string topic) =>
    [
        .. _admin.GetMetadata(topic, Patience).Topics.Single().Partitions
            .Select(one => new { Partition = one.PartitionId, one.Leader, one.Replicas }),
    ];

    public string[] ListTopics() => [.. _admin.GetMetadata(Patience).Topics.Select(topic => topic.Topic)];

    public async Task<Dictionary<string, string>> DescribeConfigAsync(string topic)
    {
        List<DescribeConfigsResult> results = await _admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = topic }]);
        return results.Single().Entries.Values.ToDictionary(entry => entry.Name, entry => entry.Value);
    }

    public Task DeleteTopicAsync(string topic) => _admin.DeleteTopicsAsync([topic]);

    public async Task<string[]> ListGroupsAsync() =>
        [.. (await _admin.ListConsumerGroupsAsync()).Valid.Select(group => group.GroupId)];

    public async Task<object> DescribeGroupAsync(string group)
    {
        DescribeConsumerGroupsResult results = await _admin.DescribeConsumerGroupsAsync([group]);
        ConsumerGroupDescription described = results.ConsumerGroupDescriptions.Single();
        return new { State = described.State.ToString(), Members = described.Members.Count };
    }

    public async Task DeleteGroupAsync(string group)
    {
        try
        {
            await _admin.DeleteGroupsAsync([group]);
        }
        catch (DeleteGroupsException exception)
        {
            throw Named(exception.Results.Single().Error, exception);
        }
    }

    public void Dispose() => _admin.Dispose();

    // Its messages do not have the names of errors.
    private static InvalidOperationException Named(Error error, Exception cause) => new($"{error.Code}: {error.Reason}", cause);
}
