using Ganglion.Brokers.Listener.Security;

namespace Ganglion.Tests.Brokers.Listener.Security;

public sealed class ClientTextTests
{
    [Fact]
    public void A_line_has_room_for_it_and_stays_one_line() =>
        ClientText.Of("a\r\nb" + new string('x', 1_000_000)).ShouldBe("a??b" + new string('x', 96) + "…");
}
