using System.Buffers.Binary;
using Ganglion.Brokers.Embedded.Records;

namespace Ganglion.Tests.Brokers.Embedded.Records.Compression;

/// <summary>
/// Batches as librdkafka 2.0.2 (kcat 1.7.1) and kafka-python 2.0.2 wrote them: of three records, which differ in their keys only. kafka-python puts snappy
/// into xerial's frames, as Kafka's Java client does.
/// </summary>
internal static class ForeignBatches
{
    public static readonly IReadOnlyDictionary<string, byte[]> All = new Dictionary<string, byte[]>
    {
        ["gzip of librdkafka"] = Convert.FromHexString(
            "000000000000000000000097000000000255c5308e000100000002000001a202c0b981000001a202c0b981ffffffffffffffffffffffffffff00000003"
            + "1f8b0800000000000003bbc3c8c0c0c0e5e917a66b7884b15a293137bf34af44c9cac8d440cf404729b9b4a828352fb952c94ac9353448"
            + "4947292fbf2415c8712f2a4d2d2e4e55209156aa65b803b48f096c9f11ddec6301db674c17fb006971f79050010000"),
        ["snappy of librdkafka"] = Convert.FromHexString(
            "0000000000000000000000950000000002167ec1a5000200000002000001a202c0bfb8000001a202c0bfb8ffffffffffffffffffffffffffff00000003"
            + "d002f03edc010000000a494e562d31c4017b22616d6f756e74223a3235302e302c2263757272656e6379223a22455552222c226e6f7465"
            + "223a22477275657373652047b6080008227d000170000205700032fe7000a27000000405700033fe7000927000"),
        ["lz4 of librdkafka"] = Convert.FromHexString(
            "0000000000000000000000a100000000029bce3cf8000300000002000001a202c0c3ce000001a202c0c3ceffffffffffffffffffffffffffff00000003"
            + "04224d1860408261000000ff2fdc010000000a494e562d31c4017b22616d6f756e74223a3235302e302c2263757272656e6379223a2245"
            + "5552222c226e6f7465223a22477275657373652008001c30227d007000110270001f32700056110470001f3370004d507365227d000000"
            + "0000"),
        ["zstd of librdkafka"] = Convert.FromHexString(
            "000000000000000000000094000000000222381c5e000400000002000001a202c0c7d9000001a202c0c7d9ffffffffffffffffffffffffffff00000003"
            + "28b52ffd0058d502009404dc010000000a494e562d31c4017b22616d6f756e74223a3235302e302c2263757272656e6379223a22455552"
            + "222c226e6f7465223a224772756573736520227d00dc010000023204330500022401c219486c0e427416953d"),
        ["gzip of kafka-python"] = Convert.FromHexString(
            "00000000000000000000009700000000023a498aa8000100000002000001a202c0cd50000001a202c0cd50ffffffffffffffffffffffffffff00000003"
            + "1f8b0800b7c0026b02ffbbc3c8c0c0c0e5e917a66b7884b15a293137bf34af44c9cac8d440cf404729b9b4a828352fb952c94ac9353448"
            + "4947292fbf2415c8712f2a4d2d2e4e55209156aa65b803b48f096c9f11ddec6301db674c17fb006971f79050010000"),
        ["snappy of kafka-python"] = Convert.FromHexString(
            "0000000000000000000000a9000000000238bdf880000200000002000001a202c0ce60000001a202c0ce60ffffffffffffffffffffffffffff00000003"
            + "82534e4150505900000000010000000100000064d002f03edc010000000a494e562d31c4017b22616d6f756e74223a3235302e302c2263"
            + "757272656e6379223a22455552222c226e6f7465223a22477275657373652047b6080008227d000170000205700032fe7000a270000004"
            + "05700033fe7000927000"),
        ["lz4 of kafka-python"] = Convert.FromHexString(
            "0000000000000000000000a900000000028979ecb5000300000002000001a202c0cf6c000001a202c0cf6cffffffffffffffffffffffffffff00000003"
            + "04224d18684050010000000000001061000000ff2fdc010000000a494e562d31c4017b22616d6f756e74223a3235302e302c2263757272"
            + "656e6379223a22455552222c226e6f7465223a22477275657373652008001c30227d007000110270001f32700056110470001f3370004d"
            + "507365227d0000000000"),
        ["zstd of kafka-python"] = Convert.FromHexString(
            "0000000000000000000000950000000002b0f932e8000400000002000001a202c0d080000001a202c0d080ffffffffffffffffffffffffffff00000003"
            + "28b52ffd605000d502009404dc010000000a494e562d31c4017b22616d6f756e74223a3235302e302c2263757272656e6379223a224555"
            + "52222c226e6f7465223a224772756573736520227d00dc010000023204330500022401c219486c0e427416953d"),
    };

    public static readonly string[] Keys = ["INV-1", "INV-2", "INV-3"];

    public const string Value = """{"amount":250.0,"currency":"EUR","note":"Gruesse Gruesse Gruesse Gruesse Gruesse Gruesse Gruesse"}""";

    /// <summary>A batch with other bytes behind its header.</summary>
    public static Memory<byte> With(ReadOnlySpan<byte> batch, ReadOnlySpan<byte> content)
    {
        byte[] changed = [.. batch[..RecordBatchHeader.Size], .. content];
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(RecordBatchHeader.LengthPosition), changed.Length - RecordBatchHeader.LengthOverhead);
        BinaryPrimitives.WriteUInt32BigEndian(
            changed.AsSpan(RecordBatchHeader.CrcPosition), Crc32C.Compute(changed.AsSpan(RecordBatchHeader.AttributesPosition)));
        return changed;
    }
}
