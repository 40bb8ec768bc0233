using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Dealership;

/// <summary>Shows what is on the log, from its beginning, and then what comes; and remembers what was there.</summary>
internal sealed class Timeline(IEventBroker broker, IEventReader reader, bool asJson) : IAsyncDisposable
{
    private static readonly string[] Topics = [Channels.Routes, Channels.Pauses, .. Channels.Chat];
    private static readonly JsonSerializerOptions Json = new EventDataOptions().Json;

    private readonly HashSet<(string Topic, string Conversation)> _seen = [];
    private readonly HashSet<string> _reasons = [];
    private readonly Dictionary<string, DateTimeOffset> _latest = [];

    public static async Task<Timeline> OpenAsync(IEventBroker broker, bool asJson, CancellationToken cancellationToken)
    {
        Dictionary<TopicPartition, long> ends = await FindEndsAsync(broker, cancellationToken);
        var from = ends.Keys.ToDictionary(partition => partition, _ => OffsetPosition.Earliest);
        IEventReader reader = await broker.CreateReaderAsync(new ReaderOptions { From = from }, cancellationToken);
        return new Timeline(broker, reader, asJson);
    }

    /// <summary>Whether an event of a conversation has come to a topic.</summary>
    public bool Has(string topic, string conversation) => _seen.Contains((topic, conversation));

    /// <summary>Whether somebody has done something for this reason.</summary>
    public bool HasReason(string reason) => _reasons.Contains(reason);

    /// <summary>Shows what comes until each of these conversations has come to a topic.</summary>
    public async Task ShowUntilAsync(string topic, IEnumerable<string> conversations, CancellationToken cancellationToken)
    {
        while (!conversations.All(conversation => Has(topic, conversation)))
        {
            await ShowNextAsync(cancellationToken);
        }
    }

    /// <summary>Shows what comes next, and all that was on the log by then: so no effect is shown before its cause.</summary>
    public async Task ShowNextAsync(CancellationToken cancellationToken) =>
        Show([.. await ReadAsync(cancellationToken), .. await ReadRestAsync(cancellationToken)]);

    /// <summary>Shows what is on the log by now.</summary>
    public async Task ShowPastAsync(CancellationToken cancellationToken) => Show(await ReadRestAsync(cancellationToken));

    public ValueTask DisposeAsync() => reader.DisposeAsync();

    private static async Task<Dictionary<TopicPartition, long>> FindEndsAsync(IEventBroker broker, CancellationToken cancellationToken)
    {
        var ends = new Dictionary<TopicPartition, long>();
        foreach (string topic in Topics)
        {
            foreach (PartitionDescription partition in (await broker.Topics.FindAsync(topic, cancellationToken))!.Partitions)
            {
                ends[new TopicPartition(topic, partition.Partition)] = partition.LatestOffset;
            }
        }

        return ends;
    }

    private async Task<IReadOnlyList<LoggedEvent>> ReadAsync(CancellationToken cancellationToken)
    {
        ConsumedBatch batch = await reader.ReadAsync(cancellationToken);
        return [.. batch.Records.Select(record => LoggedEvent.Of(batch.Partition, record)).Where(one => one.IsTold)];
    }

    private async Task<IReadOnlyList<LoggedEvent>> ReadRestAsync(CancellationToken cancellationToken)
    {
        var read = new List<LoggedEvent>();
        Dictionary<TopicPartition, long> ends = await FindEndsAsync(broker, cancellationToken);
        while (ends.Any(end => reader.GetPosition(end.Key) < end.Value))
        {
            read.AddRange(await ReadAsync(cancellationToken));
        }

        return read;
    }

    private void Show(IReadOnlyList<LoggedEvent> read)
    {
        var inOrder = read.OrderBy(RankOf).ThenBy(one => one.Time).Select(WhenItCame).ToList();
        foreach (LoggedEvent one in inOrder.OrderBy(one => one.Time).ThenBy(RankOf))
        {
            Console.WriteLine(asJson ? JsonSerializer.Serialize(one, Json) : one.ToString());
            _reasons.Add(one.Reason ?? "");
            _seen.Add((one.Topic, one.Conversation ?? ""));
        }
    }

    private static int RankOf(LoggedEvent one) => Array.IndexOf(Topics, one.Topic);

    // What a person has approved is still the answer of the time when it was given, but comes only now.
    private LoggedEvent WhenItCame(LoggedEvent one)
    {
        if (one.Conversation is not { } conversation)
        {
            return one;
        }

        DateTimeOffset earlier = _latest.GetValueOrDefault(conversation);
        return one with { Time = _latest[conversation] = one.Time > earlier ? one.Time : earlier };
    }
}
