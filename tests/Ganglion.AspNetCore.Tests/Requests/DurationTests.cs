using Ganglion.AspNetCore.Requests;

namespace Ganglion.AspNetCore.Tests.Requests;

public sealed class DurationTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("10s", 10_000)]
    [InlineData("1.5m", 90_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("0s", 0)]
    public void A_number_and_a_unit_is_a_duration(string text, long milliseconds)
    {
        Duration.TryParse(text, out TimeSpan duration).ShouldBeTrue();
        duration.TotalMilliseconds.ShouldBe(milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1w")]
    [InlineData("1.2.3s")]
    [InlineData("99999999999999999d")]
    public void Anything_else_is_not(string text) => Duration.TryParse(text, out _).ShouldBeFalse();
}
