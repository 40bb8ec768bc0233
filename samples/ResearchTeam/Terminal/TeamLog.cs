using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using ResearchTeam.Messages;

namespace ResearchTeam.Terminal;

/// <summary>The topics of the team, as those see them who wait for an answer.</summary>
internal sealed class TeamLog(IEventBroker broker, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new EventDataOptions().Json;

    /// <summary>Creates the topics that are not there.</summary>
    public async Task CreateTopicsAsync(CancellationToken cancellationToken)
    {
        foreach (string topic in Channels.Shown)
        {
            try
            {
                if (await broker.Topics.FindAsync(topic, cancellationToken) is null)
                {
                    await broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = new AgentOptions().Partitions }, cancellationToken);
                }
            }
            catch (TopicException exception) when (exception.Code == "topic-exists")
            {
                // Another process on the same cluster was faster.
            }
        }
    }

    /// <summary>Makes the event that begins a conversation: the request's id names it, so that parts of its answer are known by that.</summary>
    public CloudEvent CreatePrompt(UserPrompt prompt) => new(Channels.Prompts, "/research-team", time)
    {
        Id = prompt.RequestId,
        DataContentType = "application/json",
        Data = JsonSerializer.SerializeToUtf8Bytes(prompt, Json),
    };

    /// <summary>Begins to read what happens from now on.</summary>
    /// <param name="request">Of what nothing has happened yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RequestFollower> FollowAsync(string request, CancellationToken cancellationToken)
    {
        var from = new Dictionary<TopicPartition, OffsetPosition>();
        foreach (string topic in Channels.Shown)
        {
            TopicDescription description = (await broker.Topics.FindAsync(topic, cancellationToken))!;
            foreach (PartitionDescription partition in description.Partitions)
            {
                from.Add(new TopicPartition(topic, partition.Partition), OffsetPosition.At(partition.LatestOffset));
            }
        }

        return new RequestFollower(await broker.CreateReaderAsync(new ReaderOptions { From = from }, cancellationToken), request);
    }
}
