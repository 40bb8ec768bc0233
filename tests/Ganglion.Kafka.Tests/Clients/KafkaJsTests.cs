namespace Ganglion.Kafka.Tests.Clients;

public sealed class KafkaJsTests(KafkaJsTests.Fixture fixture) : KafkaClientTests(fixture), IClassFixture<KafkaJsTests.Fixture>
{
    public sealed class Fixture() : ClientFixture(ClientKind.KafkaJs);
}
