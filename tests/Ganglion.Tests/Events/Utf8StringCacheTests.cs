using System.Text;
using Ganglion.Events;

namespace Ganglion.Tests.Events;

public sealed class Utf8StringCacheTests
{
    [Fact]
    public void The_same_bytes_give_the_same_string() =>
        Utf8StringCache.Read("cache.test.type"u8).ShouldBeSameAs(Utf8StringCache.Read("cache.test.type"u8));

    [Theory]
    [InlineData("")]
    [InlineData("Grüße")]
    public void Any_text_is_read_for_what_it_is(string text)
    {
        Utf8StringCache.Read(Encoding.UTF8.GetBytes(text)).ShouldBe(text);
        Utf8StringCache.Read(Encoding.UTF8.GetBytes(text)).ShouldBe(text);
    }

    [Fact]
    public void What_is_no_legal_text_is_never_given_out()
    {
        Utf8StringCache.Read([0x61, 0xFF]).ShouldBeNull();
        Utf8StringCache.Read("a\u0001"u8).ShouldBeNull();
    }

    [Fact]
    public async Task Many_threads_and_more_strings_than_slots_get_their_own_text()
    {
        await Parallel.ForAsync(0, 4, (_, _) =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                string text = $"type.{i % 5_000}";
                if (Utf8StringCache.Read(Encoding.UTF8.GetBytes(text)) != text)
                {
                    throw new InvalidOperationException($"Another text was given for {text}.");
                }
            }

            return ValueTask.CompletedTask;
        });
    }
}
