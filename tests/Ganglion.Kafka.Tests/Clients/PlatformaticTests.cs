namespace Ganglion.Kafka.Tests.Clients;

public sealed class PlatformaticTests(PlatformaticTests.Fixture fixture) : ModernClientTests(fixture), IClassFixture<PlatformaticTests.Fixture>
{
    public sealed class Fixture() : ClientFixture(ClientKind.Platformatic);
}
