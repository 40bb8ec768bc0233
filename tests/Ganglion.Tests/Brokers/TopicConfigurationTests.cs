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

    [Fact]
    public void What_means_something_to_a_cluster_only_is_taken_and_what_nobody_knows_is_not()
    {
        TopicConfiguration.Parse([new("segment.ms", "3600000"), new("min.insync.replicas", "2"), new("retention.ms", "-1")], 3)
            .ShouldBe(new TopicSettings { Partitions = 3, Retention = Timeout.InfiniteTimeSpan });
        Should.Throw<TopicException>(() => TopicConfiguration.Parse([new("segment.hours", "1"), new("segment.ms", "soon")], 3)).Message
            .ShouldContain("segment.hours is not known here; segment.ms cannot be 'soon'");
    }
}
