using Confluent.Kafka.Admin;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Requests;

/// <summary>Why an administrative request has failed.</summary>
internal static class RequestError
{
    /// <summary>The reason: of an answer about several topics or groups, that of the first one which has failed.</summary>
    public static Client.Error Of(Client.KafkaException exception) => All(exception).FirstOrDefault(error => error.IsError) ?? exception.Error;

    private static IEnumerable<Client.Error> All(Client.KafkaException exception) => exception switch
    {
        CreateTopicsException created => created.Results.Select(one => one.Error),
        DeleteTopicsException deleted => deleted.Results.Select(one => one.Error),
        DescribeTopicsException topics => topics.Results.TopicDescriptions.Select(one => one.Error),
        DescribeConfigsException configurations => configurations.Results.Select(one => one.Error),
        ListConsumerGroupsException groups => groups.Results.Errors,
        DescribeConsumerGroupsException groups => groups.Results.ConsumerGroupDescriptions.Select(one => one.Error),
        ListConsumerGroupOffsetsException offsets => offsets.Results.SelectMany(one => one.Partitions.Select(partition => partition.Error).Prepend(one.Error)),
        DeleteGroupsException deleted => deleted.Results.Select(one => one.Error),
        _ => [],
    };
}
