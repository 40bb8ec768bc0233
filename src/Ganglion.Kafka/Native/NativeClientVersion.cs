using System.Globalization;

namespace Ganglion.Kafka.Native;

/// <summary>Which versions of librdkafka will do. A version is a number of four bytes: major, minor, revision, and 0xff for a release.</summary>
internal static class NativeClientVersion
{
    // Confluent.Kafka is made for the librdkafka of its own minor version. Older ones load and seem to work: with 2.0.2, consumers hang
    // when partitions are assigned to them.
    private const int Oldest = 0x020f0000;

    /// <summary>Throws if the version is too old.</summary>
    /// <param name="version">The version, as <c>rd_kafka_version()</c> tells it.</param>
    /// <param name="library">Which library it is.</param>
    public static void Check(int version, string library)
    {
        if (version < Oldest)
        {
            throw TooOld($"{library} is librdkafka {Text(version)}.");
        }
    }

    public static NativeClientException TooOld(string reason, Exception? cause = null) =>
        new("librdkafka-too-old", $"Kafka's native client, librdkafka, is too old: {reason} {NativeClientAdvice.Text}", cause);

    private static string Text(int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{version >> 24}.{(version >> 16) & 0xff}.{(version >> 8) & 0xff}");
}
