using Ganglion.Events;

namespace Ganglion.Tests.Events;

public sealed class VarIntTests
{
    // Zig-zag as Kafka's ByteUtils writes it: 0, -1, 1, -2 … become 0, 1, 2, 3 …
    [Theory]
    [InlineData(0, "00")]
    [InlineData(-1, "01")]
    [InlineData(1, "02")]
    [InlineData(63, "7E")]
    [InlineData(-64, "7F")]
    [InlineData(64, "8001")]
    [InlineData(-65, "8101")]
    [InlineData(300, "D804")]
    [InlineData(int.MaxValue, "FEFFFFFF0F")]
    [InlineData(int.MinValue, "FFFFFFFF0F")]
    [InlineData(long.MaxValue, "FEFFFFFFFFFFFFFFFF01")]
    [InlineData(long.MinValue, "FFFFFFFFFFFFFFFFFF01")]
    public void Values_are_written_as_Kafka_writes_them(long value, string hex)
    {
        byte[] buffer = new byte[VarInt.MaxLongBytes];

        int written = VarInt.Write(buffer, value);

        Convert.ToHexString(buffer.AsSpan(0, written)).ShouldBe(hex);
        VarInt.SizeOf(value).ShouldBe(written);
    }

    [Fact]
    public void Every_value_reads_back_as_it_was_written()
    {
        var random = new Random(1);
        byte[] buffer = new byte[VarInt.MaxLongBytes];
        for (int i = 0; i < 20_000; i++)
        {
            long value = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            int written = VarInt.Write(buffer, value);
            int position = 0;

            VarInt.ReadSignedLong(buffer, ref position).ShouldBe(value);
            position.ShouldBe(written);
            VarInt.SizeOf(value).ShouldBe(written);

            int small = (int)value;
            VarInt.Write(buffer, small);
            position = 0;
            VarInt.ReadSigned(buffer, ref position).ShouldBe(small);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("FFFFFFFF")]
    [InlineData("80808080808080808080")]
    public void What_is_cut_off_or_too_long_is_an_error(string hex) =>
        Should.Throw<FormatException>(() => Read(Convert.FromHexString(hex)));

    [Fact]
    public void What_exceeds_32_bits_is_an_error_where_32_are_read()
    {
        byte[] buffer = new byte[VarInt.MaxLongBytes];
        VarInt.Write(buffer, int.MaxValue + 1L);

        Should.Throw<FormatException>(() => Read(buffer));
    }

    private static int Read(byte[] bytes)
    {
        int position = 0;
        return VarInt.ReadSigned(bytes, ref position);
    }
}
