using Ganglion.Brokers;

namespace Ganglion.DeadLetters;

/// <summary>
/// The dead letters of a broker: those that Ganglion's agents have parked, and those that Kafka's consumers, Kafka Streams, Kafka
/// Connect and Spring have. Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// A log cannot lose a single record, so a letter that was redriven or discarded stays where it is, and is no longer listed: the
/// decision is an event in the compacted topic <c>ganglion.deadletters</c>, and holds through any restart.
/// </para>
/// <para>
/// A redriven record and its decision are committed together: a letter is redriven once, also through a crash, and whoever else
/// decides at the same time is refused, in this process or another. One broker should have one such object in a process.
/// </para>
/// </remarks>
public sealed partial class DeadLetterQueue : IDisposable
{
    private readonly IEventBroker _broker;
    private readonly TimeProvider _time;
    private readonly DecisionLog _decisions;
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Opens the dead letters of a broker. Nothing is read or written yet.</summary>
    /// <param name="broker">The broker; it stays the caller's.</param>
    /// <param name="time">The clock.</param>
    public DeadLetterQueue(IEventBroker broker, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(time);
        _broker = broker;
        _time = time;
        _decisions = new DecisionLog(broker);
    }

    /// <summary>Finds a letter, decided or not.</summary>
    /// <param name="position">Where it lies.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The letter; <see langword="null"/> if nothing lies there, or something that is none.</returns>
    /// <exception cref="CorruptLogException">The letter, or a decision, is damaged.</exception>
    public async ValueTask<DeadLetter?> FindAsync(TopicPartitionOffset position, CancellationToken cancellationToken = default)
    {
        await _decisions.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var letters = new LetterReader(_broker);
        await using var _ = letters.ConfigureAwait(false);
        DeadLetter? letter = await letters.FindAsync(position, cancellationToken).ConfigureAwait(false);
        return letter is not null && _decisions.IsDecided(letter.TopicId, position)
            ? letter with { IsDecided = true, Decision = await _decisions.FindAsync(letter.TopicId, position, cancellationToken).ConfigureAwait(false) }
            : letter;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _turn.Dispose();
        _decisions.Dispose();
    }
}
