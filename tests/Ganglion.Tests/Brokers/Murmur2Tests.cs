using System.Text;
using Ganglion.Brokers;

namespace Ganglion.Tests.Brokers;

public sealed class Murmur2Tests
{
    // The vectors of Kafka's own unit test of its hash (UtilsTest.testMurmur2).
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Keys_hash_as_Kafkas_clients_hash_them(string key, int expected) =>
        ((int)Murmur2.Hash(Encoding.UTF8.GetBytes(key))).ShouldBe(expected);

    [Fact]
    public void A_partition_is_never_negative()
    {
        for (int i = 0; i < 10_000; i++)
        {
            Murmur2.PartitionOf(BitConverter.GetBytes(i), 7).ShouldBeInRange(0, 6);
        }
    }
}
