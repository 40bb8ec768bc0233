using System.Text;
using Ganglion.State;

namespace Ganglion.Tests.State;

public sealed class Hash128Tests
{
    // From the reference implementation, MurmurHash3_x64_128 with seed 0.
    [Theory]
    [InlineData("", "00000000000000000000000000000000")]
    [InlineData("The quick brown fox jumps over the lazy dog", "e34bbc7bbc071b6c7a433ca9c49a9347")]
    [InlineData("The quick brown fox jumps over the lazy dog.", "cd99481f9ee902c9695da1a38987b6e7")]
    public void It_is_murmur3(string text, string expected)
    {
        Hash128.Of(Encoding.UTF8.GetBytes(text)).ToString("x32").ShouldBe(expected);
        Hash128.OfUtf8(text).ToString("x32").ShouldBe(expected);
    }

    [Fact]
    public void Texts_split_elsewhere_hash_differently() => Hash128.Of(["ab", "c"]).ShouldNotBe(Hash128.Of(["a", "bc"]));

    [Fact]
    public void Long_texts_hash_too() => Hash128.Of([new string('x', 5000)]).ShouldNotBe(Hash128.Of([new string('x', 5001)]));
}
