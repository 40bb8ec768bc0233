using System.Globalization;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Journal;
using Ganglion.Runtime.Inputs;
using Ganglion.Runtime.Steps;

namespace Ganglion.Runtime.Answers;

/// <summary>
/// Finds out whose question an answer answers: by the request that it names, or by what its data says. Which questions are open is known
/// where their partition is owned, so an answer that names none is passed on from one owner to the next, until all have looked.
/// </summary>
/// <param name="topics">The agent's topics.</param>
/// <param name="partitions">The partitions that are owned here.</param>
/// <param name="forwarded">Makes records of the inbox.</param>
/// <param name="takesUnclaimed">Whether a handler wants what answers no question of a channel.</param>
internal sealed class AnswerRouter(
    AgentTopics topics, IReadOnlyDictionary<int, AgentPartition> partitions, ForwardedRecords forwarded, Func<string, bool> takesUnclaimed)
{
    private const string VisitedName = "__answer.visited";
    private const string FoundName = "__answer.found";
    private const char Separator = ',';

    /// <summary>Whether a record of the inbox is an answer on its way from owner to owner.</summary>
    public static bool IsOnItsWay(in Record record) => record.Headers.TryGet("__answer.visited"u8, out _);

    /// <summary>Where an answer goes that was just read from its channel.</summary>
    /// <returns>Records of the inbox; none if it is for nobody.</returns>
    public List<ProducerRecord> Route(in Record record, Origin origin, CloudEvent answer)
    {
        if ((RequestId.TryParse(answer.CausationId, out RequestId request)
                || RequestId.TryParse(answer.CorrelationId, out request)
                || RequestId.TryParse(AutoGenMessage.Read(answer)?.RequestId, out request))
            && request.Agent == topics.Agent.Name
            && request.Partition < topics.Partitions)
        {
            return [forwarded.Forward(record, origin, origin.Channel!, request.Partition, request.Operation.ToHeader())];
        }

        var visited = new HashSet<int>();
        List<ProducerRecord> records = Select(record, origin, answer, visited, wasFound: false, out bool isUnclaimed);
        if (isUnclaimed && takesUnclaimed(origin.Channel!))
        {
            int any = record.Key is { } key ? topics.PartitionOf(key.Span) : 0;
            records.Add(forwarded.Forward(record, origin, origin.Channel!, any, Notes(visited, wasFound: false)));
        }

        return records;
    }

    /// <summary>Where an answer goes on that has come from another owner.</summary>
    /// <param name="record">The record in the inbox.</param>
    /// <param name="origin">Where it was first read.</param>
    /// <param name="answer">The event.</param>
    /// <param name="isUnclaimed">Whether all owners have looked, and nobody has asked for it.</param>
    /// <returns>Records of the inbox.</returns>
    public List<ProducerRecord> PassOn(in Record record, Origin origin, CloudEvent answer, out bool isUnclaimed) =>
        Select(record, origin, answer, VisitedBefore(record), record.Headers.TryGet("__answer.found"u8, out _), out isUnclaimed);

    private List<ProducerRecord> Select(
        in Record record, Origin origin, CloudEvent answer, HashSet<int> visited, bool wasFound, out bool isUnclaimed)
    {
        string channel = origin.Channel!;
        var records = new List<ProducerRecord>();
        foreach ((int number, AgentPartition partition) in partitions)
        {
            if (visited.Add(number))
            {
                foreach (OperationId question in partition.Journals.Answers.Find(channel, property => DataProperty.TryRead(answer, property)))
                {
                    records.Add(forwarded.Forward(record, origin, channel, number, question.ToHeader()));
                }
            }
        }

        wasFound |= records.Count > 0;
        bool isLast = visited.Count >= topics.Partitions;
        if (!isLast)
        {
            int next = Enumerable.Range(0, topics.Partitions).First(partition => !visited.Contains(partition));
            records.Add(forwarded.Forward(record, origin, channel, next, Notes(visited, wasFound)));
        }

        isUnclaimed = isLast && !wasFound;
        return records;
    }

    private static RecordHeader[] Notes(HashSet<int> visited, bool wasFound)
    {
        var path = new RecordHeader(VisitedName, string.Join(Separator, visited));
        return wasFound ? [path, new RecordHeader(FoundName, "true")] : [path];
    }

    private static HashSet<int> VisitedBefore(in Record record)
    {
        var visited = new HashSet<int>();
        if (record.Headers.TryGet("__answer.visited"u8, out ReadOnlyMemory<byte> text))
        {
            foreach (string number in Encoding.UTF8.GetString(text.Span).Split(Separator))
            {
                if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int partition))
                {
                    visited.Add(partition);
                }
            }
        }

        return visited;
    }
}
