namespace Ganglion.Conformance;

/// <summary>How the suite gets at a broker. One fixture serves one test.</summary>
public abstract class BrokerFixture : IAsyncDisposable
{
    /// <summary>How long a test waits for something that must happen. Generous: a test that passes never waits for it.</summary>
    public virtual TimeSpan Patience => TimeSpan.FromSeconds(30);

    /// <summary>The shortest session time-out and poll interval that the broker can be asked for.</summary>
    public virtual TimeSpan ShortestPollInterval => TimeSpan.FromSeconds(1);

    /// <summary>The smallest segments that the broker can be asked for.</summary>
    public virtual int SmallestSegmentBytes => 16 * 1024;

    /// <summary>
    /// Whether a group is told to be rebalancing while a member gives partitions back. On Kafka it does so between two rebalances.
    /// </summary>
    public virtual bool ShowsHandOvers => true;

    /// <summary>Opens the broker. What earlier brokers of this fixture have stored is there, if the broker is durable.</summary>
    /// <param name="autoCreateTopics">Whether a topic is created on first use.</param>
    public abstract ValueTask<IEventBroker> OpenAsync(bool autoCreateTopics = true);

    /// <summary>
    /// From now on loses requests of producers, or their answers, on the way to the broker now and then, so that they have to be sent
    /// again. Does nothing by default: inside a process there is no way on which they could be lost.
    /// </summary>
    public virtual ValueTask DisturbProducersAsync() => ValueTask.CompletedTask;

    /// <summary>Disposes of what the fixture holds.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
