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

    /// <summary>Finds the requests that were not answered when the last process ended, the oldest first.</summary>
    public async Task<IReadOnlyList<UserPrompt>> FindUnansweredAsync(CancellationToken cancellationToken)
    {
        var open = new Dictionary<string, UserPrompt>();
        var answered = new HashSet<string>();
        Dictionary<TopicPartition, long> ends = await FindEndsAsync([Channels.Prompts, Channels.Answers], cancellationToken);
        await using IEventReader reader = await CreateReaderAsync(ends.Keys, _ => OffsetPosition.Earliest, cancellationToken);
        while (ends.Any(end => reader.GetPosition(end.Key) < end.Value))
        {
            ConsumedBatch batch = await reader.ReadAsync(cancellationToken);
            foreach (ConsumedRecord record in batch.Records)
            {
                switch (TeamEvent.Of(batch.Partition, record)?.Data)
                {
                    case UserPrompt prompt:
                        open[prompt.RequestId] = prompt;
                        break;
                    case FinalOutput output:
                        answered.Add(output.RequestId);
                        break;
                }
            }
        }

        return [.. open.Values.Where(prompt => !answered.Contains(prompt.RequestId)).OrderBy(prompt => prompt.RequestId, StringComparer.Ordinal)];
    }

    /// <summary>Begins to read what happens to a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isNew">Whether nothing has happened to it yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RequestFollower> FollowAsync(string request, bool isNew, CancellationToken cancellationToken)
    {
        Dictionary<TopicPartition, long> ends = await FindEndsAsync(Channels.Shown, cancellationToken);
        return new RequestFollower(
            await CreateReaderAsync(ends.Keys, partition => isNew ? OffsetPosition.At(ends[partition]) : OffsetPosition.Earliest, cancellationToken), request);
    }

    private async Task<Dictionary<TopicPartition, long>> FindEndsAsync(IEnumerable<string> topics, CancellationToken cancellationToken)
    {
        var ends = new Dictionary<TopicPartition, long>();
        foreach (string topic in topics)
        {
            TopicDescription description = (await broker.Topics.FindAsync(topic, cancellationToken))!;
            foreach (PartitionDescription partition in description.Partitions)
            {
                ends.Add(new TopicPartition(topic, partition.Partition), partition.LatestOffset);
            }
        }

        return ends;
    }

    private ValueTask<IEventReader> CreateReaderAsync(
        IEnumerable<TopicPartition> partitions, Func<TopicPartition, OffsetPosition> from, CancellationToken cancellationToken) =>
        broker.CreateReaderAsync(new ReaderOptions { From = partitions.ToDictionary(partition => partition, from) }, cancellationToken);
}
