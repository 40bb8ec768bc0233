using Ganglion.Brokers;

namespace Ganglion.DeadLetters;

/// <summary>Decisions that are to be committed together, each with the record that is redriven.</summary>
/// <param name="producer">Who commits; <see langword="null"/>: nothing is done, only told.</param>
/// <param name="outcomes">Takes what has become of each.</param>
internal sealed class PendingDecisions(IEventProducer? producer, List<DeadLetterOutcome> outcomes)
{
    private readonly List<(TopicPartitionOffset Letter, ProducerRecord[] Records)> _pending = [];

    public int Count => _pending.Count;

    public long Bytes { get; private set; }

    public void Add(DeadLetter letter, ProducerRecord? redriven, DeadLetterDecision decision)
    {
        if (producer is null)
        {
            outcomes.Add(new DeadLetterOutcome(letter.Position) { To = redriven?.Topic });
            return;
        }

        var decided = new ProducerRecord(DecisionLog.Topic, DecisionCodec.Write(letter, decision), Partition: 0);
        _pending.Add((letter.Position, redriven is { } record ? [record, decided] : [decided]));
        Bytes += letter.Record.SizeOf();
    }

    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CommitAsync(_pending, cancellationToken).ConfigureAwait(false);
        }
        catch (GanglionException exception) when (IsRefusal(exception))
        {
            // Which of them the broker does not take shows when each is committed alone.
            foreach ((TopicPartitionOffset Letter, ProducerRecord[]) one in _pending)
            {
                await CommitAloneAsync(one, cancellationToken).ConfigureAwait(false);
            }
        }

        _pending.Clear();
        Bytes = 0;
    }

    private static bool IsRefusal(GanglionException exception) => exception is RecordTooLargeException or TopicException;

    private async ValueTask CommitAloneAsync((TopicPartitionOffset Letter, ProducerRecord[] Records) one, CancellationToken cancellationToken)
    {
        try
        {
            await CommitAsync([one], cancellationToken).ConfigureAwait(false);
        }
        catch (GanglionException refusal) when (IsRefusal(refusal))
        {
            outcomes.Add(new DeadLetterOutcome(one.Letter) { Refusal = refusal });
        }
    }

    private async ValueTask CommitAsync(List<(TopicPartitionOffset Letter, ProducerRecord[] Records)> letters, CancellationToken cancellationToken)
    {
        if (letters.Count == 0)
        {
            return;
        }

        IReadOnlyList<TopicPartitionOffset> positions = await producer!.CommitAsync(
            new AtomicCommit { Records = [.. letters.SelectMany(letter => letter.Records)] }, cancellationToken).ConfigureAwait(false);
        int next = 0;
        foreach ((TopicPartitionOffset letter, ProducerRecord[] records) in letters)
        {
            bool isRedriven = records.Length > 1;
            outcomes.Add(new DeadLetterOutcome(letter)
            {
                To = isRedriven ? records[0].Topic : null,
                At = isRedriven ? positions[next] : null,
            });
            next += records.Length;
        }
    }
}
