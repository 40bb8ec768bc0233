using Ganglion.Brokers;
using Ganglion.Brokers.Embedded.Groups;

namespace Ganglion.Tests.Brokers.Embedded.Groups;

public sealed class OffsetCommitCodecTests
{
    // Written by hand after OffsetCommitKey.json (version 1): version, group, topic, partition.
    private static readonly byte[] Key =
    [
        0, 1,
        0, 7, (byte)'b', (byte)'i', (byte)'l', (byte)'l', (byte)'i', (byte)'n', (byte)'g',
        0, 6, (byte)'o', (byte)'r', (byte)'d', (byte)'e', (byte)'r', (byte)'s',
        0, 0, 0, 3,
    ];

    // Written by hand after OffsetCommitValue.json (version 3): version, offset, leader epoch, metadata, commit timestamp.
    private static readonly byte[] Value =
    [
        0, 3,
        0, 0, 0, 0, 0, 0, 0x01, 0x2C,
        0xFF, 0xFF, 0xFF, 0xFF,
        0, 4, (byte)'m', 0xC3, 0xA9, (byte)'!',
        0, 0, 0x01, 0x8B, 0xCF, 0xE5, 0x68, 0x00,
    ];

    private static readonly TopicPartition Partition = new("orders", 3);
    private static readonly OffsetAndMetadata Committed = new(300, "mé!");
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    [Fact]
    public void A_committed_offset_is_written_as_Kafka_writes_it()
    {
        Record record = OffsetCommitCodec.Encode("billing", Partition, Committed, Time);

        record.Key!.Value.ToArray().ShouldBe(Key);
        record.Value!.Value.ToArray().ShouldBe(Value);
        record.Timestamp.ShouldBe(Time);
    }

    [Fact]
    public void A_removed_offset_is_a_tombstone()
    {
        Record record = OffsetCommitCodec.Encode("billing", Partition, null, Time);

        record.Key!.Value.ToArray().ShouldBe(Key);
        record.Value.ShouldBeNull();
    }

    [Fact]
    public void What_Kafka_has_written_is_read()
    {
        Decode(Key, Value).ShouldBe(("billing", Partition, Committed));
        Decode(Key, null).ShouldBe(("billing", Partition, null));
    }

    [Fact]
    public void Older_values_without_a_leader_epoch_are_read()
    {
        byte[] older = [0, 1, .. Value.AsSpan(2, 8), .. Value.AsSpan(14, 14), 0, 0, 0, 0, 0, 0, 0, 1];

        Decode(Key, older)!.Value.Committed.ShouldBe(Committed);
    }

    [Fact]
    public void Empty_metadata_is_none()
    {
        Record record = OffsetCommitCodec.Encode("g", Partition, new OffsetAndMetadata(1, ""), Time);

        OffsetCommitCodec.TryDecode(record, out _, out _, out OffsetAndMetadata? committed).ShouldBeTrue();
        committed.ShouldBe(new OffsetAndMetadata(1));
    }

    [Fact]
    public void Records_about_the_members_of_groups_are_passed_over()
    {
        byte[] groupMetadataKey = [0, 2, 0, 1, (byte)'g'];

        Decode(groupMetadataKey, Value).ShouldBeNull();
        OffsetCommitCodec.TryDecode(new Record(null, Value), out _, out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_value_that_is_cut_off_is_an_error()
    {
        for (int length = 1; length < 20; length++)
        {
            Should.Throw<FormatException>(() => Decode(Key, Value[..length]));
        }
    }

    [Fact]
    public void A_value_of_a_newer_schema_is_an_error()
    {
        byte[] newer = [0, 4, .. Value.AsSpan(2)];

        Should.Throw<FormatException>(() => Decode(Key, newer)).Message.ShouldContain("version 4");
    }

    private static (string GroupId, TopicPartition Partition, OffsetAndMetadata? Committed)? Decode(byte[] key, byte[]? value)
    {
        var record = new Record(key, value is null ? default(ReadOnlyMemory<byte>?) : value);
        return OffsetCommitCodec.TryDecode(record, out string groupId, out TopicPartition partition, out OffsetAndMetadata? committed)
            ? (groupId, partition, committed)
            : null;
    }
}
