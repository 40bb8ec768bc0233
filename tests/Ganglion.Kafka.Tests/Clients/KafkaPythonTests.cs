namespace Ganglion.Kafka.Tests.Clients;

public sealed class KafkaPythonTests(KafkaPythonTests.Fixture fixture) : KafkaClientTests(fixture), IClassFixture<KafkaPythonTests.Fixture>
{
    public sealed class Fixture() : ClientFixture(ClientKind.KafkaPython);
}
