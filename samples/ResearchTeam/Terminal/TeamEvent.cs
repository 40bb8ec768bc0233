using Ganglion;
using Ganglion.Brokers;
using Ganglion.Events;
using ResearchTeam.Messages;

namespace ResearchTeam.Terminal;

/// <summary>Something that has happened to a request.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Topic">Where it was told.</param>
/// <param name="Time">When.</param>
/// <param name="Data">What.</param>
internal sealed record TeamEvent(string RequestId, string Topic, DateTimeOffset? Time, object Data)
{
    private static readonly EventDataSerializer Serializer = new();

    /// <summary>Reads a record; <see langword="null"/> if it cannot be read.</summary>
    public static TeamEvent? Of(TopicPartition partition, ConsumedRecord record)
    {
        try
        {
            CloudEvent cloudEvent = EventCodec.Decode(record.Record, partition.Topic, partition.Partition, record.Offset);
            (string RequestId, object Data) read = partition.Topic switch
            {
                Channels.Prompts => Read<UserPrompt>(cloudEvent, prompt => prompt.RequestId),
                Channels.Plans or Channels.PlansToApprove => Read<PlanMade>(cloudEvent, plan => plan.RequestId),
                Channels.Results => Read<TaskResult>(cloudEvent, result => result.RequestId),
                Channels.AnswerStream => Read<AnswerPart>(cloudEvent, _ => cloudEvent.CorrelationId ?? ""),
                _ => Read<FinalOutput>(cloudEvent, output => output.RequestId),
            };
            return new TeamEvent(read.RequestId, partition.Topic, cloudEvent.Time, read.Data);
        }
        catch (GanglionException)
        {
            return null;
        }
    }

    private static (string RequestId, object Data) Read<TData>(CloudEvent cloudEvent, Func<TData, string> request)
        where TData : notnull
    {
        TData data = Serializer.Read<TData>(cloudEvent);
        return (request(data), data);
    }
}
