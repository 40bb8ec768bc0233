using Ganglion.Brokers;

namespace Ganglion.Tests.Brokers;

public sealed class TopicConfigurationTests
{
    [Fact]
    public void A_compacted_topic_has_small_segments_so_that_compaction_reaches_them()
    {
        Dictionary<string, string> entries = TopicConfiguration.ToEntries(new TopicSettings { Cleanup = CleanupPolicy.Compact });

        entries["cleanup.policy"].ShouldBe("compact");
        entries["segment.bytes"].ShouldBe("16777216");
        entries["segment.ms"].ShouldBe("3600000");
        TopicConfiguration.ToEntries(new TopicSettings { Cleanup = CleanupPolicy.Compact, SegmentBytes = 1024 })["segment.bytes"].ShouldBe("1024");
    }

    [Fact]
    public void What_is_open_is_left_to_the_cluster()
    {
        TopicConfiguration.ToEntries(new TopicSettings { Partitions = 3 }).ShouldBeEmpty();
    }

    [Fact]
    public void Settings_come_back_as_they_were_set()
    {
        var settings = new TopicSettings
        {
            Partitions = 4,
            ReplicationFactor = 3,
            Cleanup = CleanupPolicy.Compact | CleanupPolicy.Delete,
            Retention = Timeout.InfiniteTimeSpan,
            RetentionBytes = 5_000,
            SegmentBytes = 2_000,
            MaxMessageBytes = 1_000,
            DeleteRetention = TimeSpan.FromMinutes(7),
            MinCompactionLag = Timeout.InfiniteTimeSpan,
        };

        TopicConfiguration.FromEntries(TopicConfiguration.ToEntries(settings).GetValueOrDefault, 4, 3).ShouldBe(settings);
    }

    [Theory]
    [InlineData("compression.gzip.level", "-1", "10")]
    [InlineData("compression.lz4.level", "17", "0")]
    [InlineData("compression.type", "producer", "rar")]
    [InlineData("compression.zstd.level", "-3", "23")]
    [InlineData("file.delete.delay.ms", "60000", "-1")]
    [InlineData("flush.messages", "9223372036854775807", "0")]
    [InlineData("flush.ms", "0", "never")]
    [InlineData("follower.replication.throttled.replicas", "*")]
    [InlineData("index.interval.bytes", "4096", "2147483648")]
    [InlineData("leader.replication.throttled.replicas", "0:1,1:1")]
    [InlineData("local.retention.bytes", "-2", "-3")]
    [InlineData("local.retention.ms", "-2", "-3")]
    [InlineData("max.compaction.lag.ms", "9223372036854775807", "0")]
    [InlineData("message.downconversion.enable", "true", "1")]
    [InlineData("message.format.version", "3.0-IV1")]
    [InlineData("message.timestamp.after.max.ms", "3600000", "-1")]
    [InlineData("message.timestamp.before.max.ms", "3600000", "-1")]
    [InlineData("message.timestamp.difference.max.ms", "3600000", "-1")]
    [InlineData("message.timestamp.type", "CreateTime", "LogAppendTime")]
    [InlineData("min.cleanable.dirty.ratio", "0.5", "1.1")]
    [InlineData("min.insync.replicas", "2", "0")]
    [InlineData("preallocate", "FALSE", "no")]
    [InlineData("remote.log.copy.disable", "false", "no")]
    [InlineData("remote.log.delete.on.disable", "false", "no")]
    [InlineData("remote.storage.enable", "false", "true")]
    [InlineData("segment.index.bytes", "10485760", "3")]
    [InlineData("segment.jitter.ms", "0", "-1")]
    [InlineData("segment.ms", " 604800000 ", "soon")]
    [InlineData("unclean.leader.election.enable", "false", "sometimes")]
    public void What_Kafka_knows_and_has_no_meaning_here_is_taken_if_it_is_a_value(string name, string value, string? none = null)
    {
        var before = new TopicSettings { Partitions = 3 };

        TopicConfiguration.Parse([new(name, value)], 3).ShouldBe(before);
        TopicConfiguration.Change(before, [new(name, ConfigOperation.Set, value), new(name, ConfigOperation.Delete, "")]).ShouldBe(before);
        if (none is not null)
        {
            Should.Throw<TopicException>(() => TopicConfiguration.Parse([new(name, none)], 3)).Message.ShouldContain($"{name} cannot be '{none}'");
        }
    }

    [Fact]
    public void What_nobody_knows_is_refused()
    {
        Should.Throw<TopicException>(() => TopicConfiguration.Parse([new("segment.hours", "1"), new("segment.ms", "soon")], 3)).Message
            .ShouldContain("segment.hours is not known here; segment.ms cannot be 'soon'");
    }
}
