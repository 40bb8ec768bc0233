using System.Text;
using Ganglion.Events;

namespace Ganglion.Tests.Events;

public sealed class RecordHeadersTests
{
    [Fact]
    public void Headers_come_in_the_order_in_which_they_were_given()
    {
        RecordHeader[] given = [new("b", "1"), new("a", "2"), new("b", "3"), new("", "")];

        RecordHeaders headers = RecordHeaders.Create(given);

        headers.Count.ShouldBe(4);
        headers.Select(header => (header.Name, header.Text)).ShouldBe([("b", "1"), ("a", "2"), ("b", "3"), ("", "")]);
    }

    [Fact]
    public void Of_a_repeated_name_the_last_is_found()
    {
        RecordHeaders headers = RecordHeaders.Create(new RecordHeader("a", "1"), new RecordHeader("b", "2"), new RecordHeader("a", "3"));

        headers.TryGet("a"u8, out ReadOnlyMemory<byte> value).ShouldBeTrue();
        value.ToArray().ShouldBe("3"u8.ToArray());
    }

    [Fact]
    public void A_name_is_found_by_its_exact_bytes()
    {
        RecordHeaders headers = RecordHeaders.Create(new RecordHeader("name", "1"));

        headers.TryGet("Name"u8, out _).ShouldBeFalse();
        headers.TryGet("nam"u8, out _).ShouldBeFalse();
        RecordHeaders.Empty.TryGet("name"u8, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_null_value_is_not_an_empty_one()
    {
        RecordHeaders headers = RecordHeaders.Create(
            new RecordHeader("null", (ReadOnlyMemory<byte>?)null), new RecordHeader("empty", ReadOnlyMemory<byte>.Empty));

        headers.First().Value.ShouldBeNull();
        headers.First().Text.ShouldBeNull();
        headers.Last().Value.ShouldNotBeNull();
        headers.Last().Text.ShouldBe("");
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_stay_as_they_are()
    {
        RecordHeaders headers = RecordHeaders.Create(new RecordHeader(new byte[] { 0xFF }, new byte[] { 0xC3, 0x28 }));

        RecordHeader header = headers.Single();
        header.NameUtf8.ToArray().ShouldBe([0xFF]);
        header.Value!.Value.ToArray().ShouldBe([0xC3, 0x28]);
        header.Text.ShouldBe("\uFFFD(");
    }

    [Fact]
    public void Appending_leaves_the_original_alone()
    {
        RecordHeaders original = RecordHeaders.Create(new RecordHeader("a", "1"));

        RecordHeaders longer = original.With(new RecordHeader("b", "2"));

        original.Count.ShouldBe(1);
        longer.Select(header => header.Name).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Headers_are_equal_if_their_names_values_and_order_are()
    {
        RecordHeaders one = RecordHeaders.Create(new RecordHeader("a", "1"), new RecordHeader("b", "2"));
        RecordHeaders same = RecordHeaders.Create(new RecordHeader("a", "1")).With(new RecordHeader("b", "2"));
        RecordHeaders turned = RecordHeaders.Create(new RecordHeader("b", "2"), new RecordHeader("a", "1"));

        (one == same).ShouldBeTrue();
        one.GetHashCode().ShouldBe(same.GetHashCode());
        (one != turned).ShouldBeTrue();
    }

    [Fact]
    public void Any_number_and_size_of_headers_fits()
    {
        RecordHeader[] given = [.. Enumerable.Range(0, 1_000).Select(i => new RecordHeader($"name-{i}", new byte[i]))];

        RecordHeaders headers = RecordHeaders.Create(given);

        headers.Select(header => header.Value!.Value.Length).ShouldBe(Enumerable.Range(0, 1_000));
        headers.TryGet(Encoding.UTF8.GetBytes("name-999"), out ReadOnlyMemory<byte> last).ShouldBeTrue();
        last.Length.ShouldBe(999);
    }
}
