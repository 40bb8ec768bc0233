using System.Text;
using Ganglion.Brokers.Embedded.Records;

namespace Ganglion.Tests.Brokers.Embedded.Records;

public sealed class Crc32CTests
{
    [Fact]
    public void The_check_value_of_the_catalogue_comes_out() =>
        Crc32C.Compute("123456789"u8).ShouldBe(0xE3069283u);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8063)]
    [InlineData(8064)]
    [InlineData(8065)]
    [InlineData(100_003)]
    public void Three_lanes_give_what_one_byte_after_the_other_gives(int length)
    {
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);

        uint expected = ~0u;
        foreach (byte b in data)
        {
            expected ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                expected = (expected >> 1) ^ ((expected & 1) * 0x82F63B78);
            }
        }

        Crc32C.Compute(data).ShouldBe(~expected);
    }

    [Fact]
    public void A_single_flipped_bit_is_noticed()
    {
        byte[] data = Encoding.UTF8.GetBytes(new string('x', 20_000));
        uint before = Crc32C.Compute(data);
        data[12_345] ^= 4;
        Crc32C.Compute(data).ShouldNotBe(before);
    }
}
