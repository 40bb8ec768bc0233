using Ganglion.Brokers;

namespace Ganglion.DeadLetters;

public sealed partial class DeadLetterQueue
{
    // How much one commit is to hold.
    private const int MaxCommitLetters = 500;
    private const long MaxCommitBytes = 4 * 1024 * 1024;

    /// <summary>
    /// Sends the events of letters again: with their keys and attributes, so that what follows from them still follows from the same
    /// cause, and in the order in which they were parked. An invocation that waited goes on where it was.
    /// </summary>
    /// <param name="letters">Which. Those of a key keep their order as far as they are redriven together.</param>
    /// <param name="options">Where to, and whether to do it at all.</param>
    /// <param name="cancellationToken">Gives up between two commits: what is committed stays so.</param>
    /// <returns>What was done about each letter, or would be, by position.</returns>
    /// <exception cref="ArgumentException">There are data for more than one letter.</exception>
    /// <exception cref="DeadLetterException">Somebody else decides about letters at this moment (<c>dead-letters-busy</c>).</exception>
    /// <exception cref="StorageException">The broker cannot write. What was not told of is not done.</exception>
    public ValueTask<IReadOnlyList<DeadLetterOutcome>> RedriveAsync(
        IReadOnlyCollection<TopicPartitionOffset> letters, RedriveOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(letters);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Data is not null && letters.Count != 1)
        {
            throw new ArgumentException($"Data are for one letter, not for {letters.Count}.", nameof(options));
        }

        var decision = new DeadLetterDecision(DeadLetterDecisionKind.Redriven, _time.GetUtcNow())
        {
            By = options.By,
            Reason = options.Reason,
            IsEdited = options.Data is not null,
        };
        return DecideAsync(letters, decision, options, options.Execute, cancellationToken);
    }

    /// <summary>Says of letters that nothing more is to be done about them.</summary>
    /// <param name="letters">Which.</param>
    /// <param name="options">Whether to do it at all.</param>
    /// <param name="cancellationToken">Gives up between two commits: what is committed stays so.</param>
    /// <inheritdoc cref="RedriveAsync" path="/returns"/>
    /// <exception cref="DeadLetterException">Somebody else decides about letters at this moment (<c>dead-letters-busy</c>).</exception>
    /// <exception cref="StorageException">The broker cannot write. What was not told of is not done.</exception>
    public ValueTask<IReadOnlyList<DeadLetterOutcome>> DiscardAsync(
        IReadOnlyCollection<TopicPartitionOffset> letters, DiscardOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(letters);
        ArgumentNullException.ThrowIfNull(options);
        var decision = new DeadLetterDecision(DeadLetterDecisionKind.Discarded, _time.GetUtcNow()) { By = options.By, Reason = options.Reason };
        return DecideAsync(letters, decision, redrive: null, options.Execute, cancellationToken);
    }

    private async ValueTask<IReadOnlyList<DeadLetterOutcome>> DecideAsync(
        IReadOnlyCollection<TopicPartitionOffset> positions, DeadLetterDecision decision, RedriveOptions? redrive, bool execute, CancellationToken cancellationToken)
    {
        if (!execute)
        {
            return await DecideAsync(positions, decision, redrive, producer: null, cancellationToken).ConfigureAwait(false);
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _decisions.EnsureTopicAsync(cancellationToken).ConfigureAwait(false);

            // From here on nobody else can decide, and everything that was decided before can be read.
            IEventProducer producer = await _broker.CreateProducerAsync(
                new ProducerOptions { TransactionalId = DecisionLog.Topic, ClientId = DecisionLog.Topic }, cancellationToken).ConfigureAwait(false);
            await using var _ = producer.ConfigureAwait(false);
            return await DecideAsync(positions, decision, redrive, producer, cancellationToken).ConfigureAwait(false);
        }
        catch (FencedException exception)
        {
            throw new DeadLetterException(
                "dead-letters-busy", "Somebody else redrives or discards dead letters at this moment. List them again, then try again.", exception);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask<IReadOnlyList<DeadLetterOutcome>> DecideAsync(
        IReadOnlyCollection<TopicPartitionOffset> positions, DeadLetterDecision decision, RedriveOptions? redrive, IEventProducer? producer, CancellationToken cancellationToken)
    {
        await _decisions.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var letters = new LetterReader(_broker);
        await using var _ = letters.ConfigureAwait(false);
        RedrivePlan? plan = redrive is null ? null : new RedrivePlan(redrive, letters);
        var outcomes = new List<DeadLetterOutcome>(positions.Count);
        var pending = new PendingDecisions(producer, outcomes);
        foreach (TopicPartitionOffset position in positions.Distinct().OrderBy(position => position.Partition).ThenBy(position => position.Offset))
        {
            try
            {
                DeadLetter letter = await FindOpenAsync(letters, position, cancellationToken).ConfigureAwait(false);
                ProducerRecord? redriven = plan is null ? null : await plan.MakeAsync(letter, cancellationToken).ConfigureAwait(false);
                pending.Add(letter, redriven, decision with { To = redriven?.Topic });
            }
            catch (GanglionException refusal) when (refusal is DeadLetterException or TopicException)
            {
                outcomes.Add(new DeadLetterOutcome(position) { Refusal = refusal });
            }

            if (pending.Count >= MaxCommitLetters || pending.Bytes >= MaxCommitBytes)
            {
                await pending.CommitAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        await pending.CommitAsync(cancellationToken).ConfigureAwait(false);
        return [.. outcomes.OrderBy(outcome => outcome.Position.Partition).ThenBy(outcome => outcome.Position.Offset)];
    }

    private async ValueTask<DeadLetter> FindOpenAsync(LetterReader letters, TopicPartitionOffset position, CancellationToken cancellationToken)
    {
        DeadLetter letter = await letters.FindAsync(position, cancellationToken).ConfigureAwait(false)
            ?? throw new DeadLetterException("dead-letter-not-found", $"There is no dead letter at {position}.");
        return !_decisions.IsDecided(letter.TopicId, position) ? letter : throw new DeadLetterException(
            "dead-letter-decided", $"{position} has been redriven or discarded already; '{DecisionLog.Topic}' tells when, and by whom.");
    }
}
