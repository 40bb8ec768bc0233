using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Tests of what a client is answered: each has a broker without a disk that listens, and a client of it.</summary>
/// <param name="options">How the broker is set up.</param>
public abstract class ListenerTests(EmbeddedBrokerOptions? options = null) : IAsyncLifetime
{
    private KafkaListener _listener = null!;

    private protected EmbeddedBroker Broker { get; } = EmbeddedBroker.CreateVolatile(options);

    private protected ListenerClient Client { get; private set; } = null!;

    private protected static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _listener = await ListenerClient.ListenAsync(Broker);
        Client = ListenerClient.Connect(_listener);
        await PrepareAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _listener.DisposeAsync();
        await Broker.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Puts into the broker what the tests of a class begin with.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;
}
