using Ganglion.Routes;

namespace Ganglion.Tests.Routes;

public sealed class PauseTargetTests
{
    public static TheoryData<PauseTarget, string> Texts => new()
    {
        { PauseTarget.Everything, "all" },
        { PauseTarget.OfAgent("worker"), "agent:worker" },
        { PauseTarget.OfChannel("order.placed"), "channel:order.placed" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void What_is_paused_is_written_and_read(PauseTarget target, string text)
    {
        target.ToString().ShouldBe(text);
        PauseTarget.TryParse(text, out PauseTarget read).ShouldBeTrue();
        read.ShouldBe(target);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("agent:")]
    [InlineData("channel:")]
    [InlineData("worker")]
    [InlineData("ALL")]
    public void What_names_nothing_is_not_read(string? text) => PauseTarget.TryParse(text, out _).ShouldBeFalse();
}
