namespace Ganglion.Kafka.Tests.Clients;

/// <summary>A client, and a broker that nobody else talks to, for the tests of a class.</summary>
/// <param name="kind">Which client.</param>
public abstract class ClientFixture(ClientKind kind) : IAsyncLifetime
{
    public ClientKind Kind { get; } = kind;

    public ListeningBroker Broker { get; } = new();

    public KafkaClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Broker.InitializeAsync();
        Client = Kind.Open(Broker.Servers);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Broker.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
