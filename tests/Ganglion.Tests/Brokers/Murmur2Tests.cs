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

    // Bytes above 127 are where hashes differ that take them for signed. Computed by KafkaJS 2.2.4, which is tested against the Java client.
    [Theory]
    [InlineData("", 275646681)]
    [InlineData("80", 857690492)]
    [InlineData("fffe", 1717632651)]
    [InlineData("010290", -1488346345)]
    [InlineData("ff80007fc3", -725586902)]
    [InlineData("c39c62756e67", -1235785471)]
    public void Keys_of_any_bytes_hash_as_Kafkas_clients_hash_them(string key, int expected) =>
        ((int)Murmur2.Hash(Convert.FromHexString(key))).ShouldBe(expected);

    [Fact]
    public void A_partition_is_never_negative()
    {
        for (int i = 0; i < 10_000; i++)
        {
            Murmur2.PartitionOf(BitConverter.GetBytes(i), 7).ShouldBeInRange(0, 6);
        }
    }
}
