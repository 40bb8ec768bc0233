namespace Ganglion.Kafka.Tests.Clients;

public sealed class KcatTests(KcatTests.Fixture fixture) : KafkaClientTests(fixture), IClassFixture<KcatTests.Fixture>
{
    public sealed class Fixture() : ClientFixture(ClientKind.Kcat);
}
