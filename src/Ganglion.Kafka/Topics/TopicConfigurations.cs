using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Topics;

/// <summary>What the topics of a cluster are set up with.</summary>
/// <param name="client">Asks the cluster.</param>
/// <param name="logger">Where it logs.</param>
internal sealed partial class TopicConfigurations(Client.IAdminClient client, ILogger logger)
{
    private readonly ILogger _logger = logger;
    private int _isTold;

    /// <summary>
    /// The settings of the topics by their names. Those are left out that the user may not see, or the cluster tells nobody: they are a matter
    /// of display. To take defaults for them because a request has failed would not be.
    /// </summary>
    public async Task<Dictionary<string, DescribeConfigsResult>> DescribeOnceAsync(string[] topics, TimeSpan timeout)
    {
        try
        {
            List<DescribeConfigsResult> results = await client.DescribeConfigsAsync(
                topics.Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic }),
                new DescribeConfigsOptions { RequestTimeout = timeout }).ConfigureAwait(false);
            return results.ToDictionary(result => result.ConfigResource.Name, StringComparer.Ordinal);
        }
        catch (DescribeConfigsException exception)
        {
            return exception.Results.Where(IsTold).ToDictionary(
                result => result.ConfigResource.Name, result => new DescribeConfigsResult { ConfigResource = result.ConfigResource, Entries = result.Entries }, StringComparer.Ordinal);
        }
        catch (Client.KafkaException exception) when (IsUntold(exception.Error))
        {
            WarnOnce(exception.Error);
            return [];
        }
    }

    private bool IsTold(DescribeConfigsReport result)
    {
        if (result.Error.IsError && !IsUntold(result.Error))
        {
            throw KafkaErrors.ToException(result.Error, $"'{result.ConfigResource.Name}'");
        }

        if (result.Error.IsError)
        {
            WarnOnce(result.Error);
        }

        return !result.Error.IsError;
    }

    private static bool IsUntold(Client.Error error) => error.Code is
        Client.ErrorCode.TopicAuthorizationFailed or Client.ErrorCode.ClusterAuthorizationFailed
        or Client.ErrorCode.UnsupportedVersion or Client.ErrorCode.Local_UnsupportedFeature;

    private void WarnOnce(Client.Error error)
    {
        if (Interlocked.Exchange(ref _isTold, 1) == 0)
        {
            LogUntold(error.Reason);
        }
    }

    [LoggerMessage(
        421,
        LogLevel.Warning,
        "The cluster does not tell how topics are set up, so Kafka's defaults are shown for them: {Reason}. Grant DescribeConfigs for them, to see how they are.")]
    private partial void LogUntold(string reason);
}
