namespace Ganglion.Brokers;

/// <summary>
/// A durable log of events: topics of partitions, written by producers, read by readers and consumer groups.
/// </summary>
/// <remarks>
/// <para>What every implementation promises, and the conformance suite holds it to:</para>
/// <list type="number">
/// <item>An acknowledged append survives a crash, as far as the broker's durability settings say.</item>
/// <item>The records of a partition are read in the order of their offsets, by every reader alike.</item>
/// <item><see cref="IEventProducer.CommitAsync"/> is atomic: all of its records and offsets, or none, also through a crash.</item>
/// <item>Readers see committed records only.</item>
/// <item>In a consumer group each partition has one owner at a time, and only the owner can commit for it.</item>
/// </list>
/// <para>All members are safe to be called from any thread.</para>
/// </remarks>
public interface IEventBroker : IAsyncDisposable
{
    /// <summary>The kind of broker for logs, traces and the API, such as <c>embedded</c> or <c>kafka</c>.</summary>
    string System { get; }

    /// <summary>Creates, describes, lists and deletes topics, and looks offsets up.</summary>
    ITopicAdministration Topics { get; }

    /// <summary>Lists, describes, resets and deletes consumer groups.</summary>
    IConsumerGroupAdministration Groups { get; }

    /// <summary>Opens a producer.</summary>
    /// <param name="options">How it writes.</param>
    /// <param name="cancellationToken">Gives up waiting; nothing is left behind.</param>
    /// <returns>The producer; dispose it to release its resources.</returns>
    ValueTask<IEventProducer> CreateProducerAsync(ProducerOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Opens a reader over chosen partitions, without a group: nobody else's reading is affected.</summary>
    /// <param name="options">What it reads and from where.</param>
    /// <param name="cancellationToken">Gives up waiting; nothing is left behind.</param>
    /// <returns>The reader; dispose it to release its resources.</returns>
    /// <exception cref="TopicException">A topic or partition does not exist (<c>topic-not-found</c>).</exception>
    /// <exception cref="OffsetOutOfRangeException">A starting offset lies behind the end of the log.</exception>
    ValueTask<IEventReader> CreateReaderAsync(ReaderOptions options, CancellationToken cancellationToken = default);

    /// <summary>Joins a consumer group: its members share the partitions of the topics they subscribe to.</summary>
    /// <param name="options">The group, the topics and how to read them.</param>
    /// <param name="cancellationToken">Gives up waiting; nothing is left behind.</param>
    /// <returns>The member; dispose it to leave the group, so that others take over at once.</returns>
    /// <exception cref="ConsumerGroupException">
    /// On an embedded broker: the group has members that are clients of Kafka's protocol (<c>group-protocol-inconsistent</c>).
    /// </exception>
    ValueTask<IEventConsumer> CreateConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken = default);
}
