using Ganglion.AspNetCore.Events;

namespace Ganglion.AspNetCore.Tests.Events;

public sealed class StreamPositionTests
{
    [Fact]
    public void An_id_begins_with_its_own_record_and_tells_the_last_of_every_other_partition()
    {
        var position = new StreamPosition(new Dictionary<int, long> { [0] = 18, [1] = 0, [2] = 42 });

        position.Advance(2, 42);

        position.ToId(2).ShouldBe("2:42,0:17,1:-1");
    }

    [Fact]
    public void An_id_read_back_tells_the_next_offset_of_every_partition()
    {
        StreamPosition.TryParse("2:42,0:17,1:-1", out Dictionary<int, long> next).ShouldBeTrue();

        next.ShouldBe(new Dictionary<int, long> { [2] = 43, [0] = 18, [1] = 0 });
    }

    [Theory]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("0:")]
    [InlineData(":1")]
    [InlineData("0:-2")]
    [InlineData("-1:0")]
    [InlineData("0:1,0:2")]
    [InlineData("0:9223372036854775807")]
    [InlineData("0:1,")]
    public void Anything_else_is_no_id(string id) => StreamPosition.TryParse(id, out _).ShouldBeFalse();
}
