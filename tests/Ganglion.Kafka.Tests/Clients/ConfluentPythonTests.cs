namespace Ganglion.Kafka.Tests.Clients;

public sealed class ConfluentPythonTests(ConfluentPythonTests.Fixture fixture) : KafkaClientTests(fixture), IClassFixture<ConfluentPythonTests.Fixture>
{
    public sealed class Fixture() : ClientFixture(ClientKind.ConfluentPython);
}
