using Ganglion.Runtime.Inputs;

namespace Ganglion.Tests.Runtime.Inputs;

public sealed class OriginTests
{
    [Fact]
    public void What_is_logged_about_a_failure_tells_the_place_of_the_event() =>
        new Origin("orders", "orders.raw", 1, 20).ToString().ShouldBe("orders.raw-1@20");
}
