using Ganglion.Cli.Output;

namespace Ganglion.Cli.Tests.Output;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("Zürich 東京 👩‍🚀")]
    [InlineData("")]
    public void Text_stays_as_it_is(string text) => SafeText.Escape(text).ShouldBe(text);

    [Theory]
    [InlineData("a\nb\r\tc", "a\\nb\\r\\tc")]
    [InlineData("\u001b[31m", "\\u001b[31m")]
    [InlineData("\u009b31m", "\\u009b31m")]
    [InlineData("\u202e\u2066", "\\u202e\\u2066")]
    [InlineData("\u2028", "\\u2028")]
    [InlineData("\0\u007f", "\\u0000\\u007f")]
    public void What_could_act_on_a_terminal_is_shown(string text, string shown) => SafeText.Escape(text).ShouldBe(shown);

    [Fact]
    public void Half_a_surrogate_pair_is_shown() => SafeText.Escape("a\ud800b").ShouldBe("a\\ud800b");
}
