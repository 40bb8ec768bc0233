using System.Text;
using Ganglion.Agents;
using Ganglion.Approvals;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Guards;
using Ganglion.Routes;

namespace Ganglion.Routing;

/// <summary>
/// An event on its way from the entry of a route to its exit, and what it leaves behind. It writes nothing itself: the router commits what was left
/// with the offset that the event came from, and a rehearsal shows it.
/// </summary>
/// <param name="route">The route that holds at its offset.</param>
/// <param name="event">The event.</param>
/// <param name="published">The record that it was published as.</param>
/// <param name="position">Where that lies.</param>
/// <param name="time">The clock.</param>
internal sealed class RoutedEvent(Route route, CloudEvent @event, Record published, TopicPartitionOffset position, TimeProvider time)
{
    private readonly List<LeftRecord> _left = new(1);
    private Dictionary<string, double>? _scores;
    private string _exit = route.Exit;
    private Record? _record = EventCodec.IsBare(published.Headers) ? null : published;

    public Route Route { get; } = route;

    /// <summary>The event as it is by now.</summary>
    public CloudEvent Event { get; private set; } = @event;

    /// <summary>The key of its record, by which events stay in order.</summary>
    public ReadOnlyMemory<byte>? Key => published.Key;

    /// <summary>It as a record: the one that was published, byte for byte, unless a stage has changed the event or it had no envelope.</summary>
    public Record Record => _record ??= EventCodec.Encode(Event, Key, TraceContext.Read(published.Headers));

    /// <summary>Where it is; <see langword="null"/>: before the first stage, or behind the last.</summary>
    public Stage? Stage { get; private set; }

    /// <summary>Where it was published.</summary>
    public TopicPartitionOffset Position => position;

    /// <summary>The key as text.</summary>
    public string? KeyText => Key is { } key ? Encoding.UTF8.GetString(key.Span) : null;

    /// <summary>What guards have found on its way, by the name of the rule: how sure, or how grave.</summary>
    public IReadOnlyDictionary<string, double>? Scores => _scores;

    /// <summary>What is to be written.</summary>
    public IReadOnlyList<LeftRecord> Left => _left;

    /// <summary>The source of the events that a route sends.</summary>
    public static string SourceOf(Route route) => "/routes/" + route.Channel;

    /// <summary>Remembers what a guard has found.</summary>
    public void Note(IReadOnlyList<Finding> findings)
    {
        foreach (Finding finding in findings)
        {
            (_scores ??= new(StringComparer.Ordinal))[finding.Rule] = finding.Score;
        }
    }

    /// <summary>Says something in its place, if there is anything to say.</summary>
    public void Answer(FallbackAnswer answer, string? text)
    {
        if (answer.Make(this, text) is { } said)
        {
            Send(answer.TopicOf(Route), EventCodec.Encode(said, Key), answer.Topic is null ? PartitionAtExit : null);
        }
    }

    /// <summary>Lets it wait for a person. Once approved it goes on behind the stage at which it is.</summary>
    /// <param name="need">Who decides, and why.</param>
    /// <param name="answer">What is said in its place if it is rejected.</param>
    /// <exception cref="UnprocessableEventException">Nobody can be asked, since the queue can be none (<c>approval-request-malformed</c>).</exception>
    public void Hold(ApprovalNeed need, FallbackAnswer answer)
    {
        if (!ApprovalRequests.IsName(need.Queue))
        {
            throw new UnprocessableEventException(
                "approval-request-malformed", $"'{need.Queue}', which is to decide by '{need.Rule}', can be no queue: take 1 to 100 of the characters a-z A-Z 0-9 . _ -.");
        }

        var request = new ApprovalRequest
        {
            Id = ApprovalRequests.IdOf(Event, Stage!.Name),
            Queue = need.Queue,
            Event = Event,
            Key = Key,
            ApprovedTopic = Route.Approved,
            Fallback = answer.Make(this) is { } said ? new ApprovalFallback(answer.TopicOf(Route), said) : null,
            Channel = Route.Channel,
            Stage = Stage.Name,
            Rule = need.Rule,
            Reason = need.Reason,
            Score = need.Score,
            FourEyes = need.FourEyes,
        };
        foreach (ProducerRecord record in ApprovalRequests.Create(request, SourceOf(Route), time))
        {
            Send(record.Topic, record.Record, record.Partition);
        }
    }

    /// <summary>Leaves by another topic than the exit, if no stage ends its way.</summary>
    public void LeaveBy(string topic) => _exit = topic;

    /// <summary>Goes on as another event.</summary>
    public void Change(CloudEvent changed)
    {
        Event = changed;
        _record = null;
    }

    /// <summary>Writes a record beside whatever becomes of the event.</summary>
    /// <param name="topic">Where to.</param>
    /// <param name="record">The record.</param>
    /// <param name="partition">The partition; <see langword="null"/>: that of the record's key.</param>
    public void Send(string topic, Record record, int? partition = null) => _left.Add(new LeftRecord(Stage, new ProducerRecord(topic, record, partition)));

    /// <summary>Passes the stages of its route and, if none of them ends its way, leaves by the exit.</summary>
    /// <param name="stages">What the stages of the route do, in their order.</param>
    /// <param name="cancellationToken">Fires when nobody waits for it any more.</param>
    /// <param name="after">The stage that it has passed before, where it has waited for a person. Default: none.</param>
    public async ValueTask PassAsync(IReadOnlyList<IStage> stages, CancellationToken cancellationToken, string? after = null)
    {
        int first = after is null ? 0 : Route.IndexBehind(after);
        foreach (IStage passed in stages.Take(first))
        {
            passed.Recall(this);
        }

        for (int i = first; i < stages.Count; i++)
        {
            Stage = Route.Stages[i];
            if (!await stages[i].RunAsync(this, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        Stage = null;
        Send(_exit, Record, PartitionAtExit);
    }

    // Its siblings of the entry's partition stay together, whoever has placed them there.
    private int? PartitionAtExit => position.Partition.Topic == Route.Entry ? position.Partition.Partition : null;
}
