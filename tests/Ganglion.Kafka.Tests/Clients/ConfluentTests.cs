namespace Ganglion.Kafka.Tests.Clients;

public sealed class ConfluentTests(ConfluentTests.Fixture fixture) : ModernClientTests(fixture), IClassFixture<ConfluentTests.Fixture>
{
    public sealed class Fixture() : ClientFixture(ClientKind.Confluent);
}
