using Ganglion.Kafka.Topics;

namespace Ganglion.Kafka.Tests.Topics;

public sealed class ObservedTopicsTests
{
    private static readonly ClusterTopic Topic = new(Guid.NewGuid(), 4);
    private static ClusterTopic Missing => default;

    private readonly Clock _clock = new();
    private readonly ObservedTopics _observed;

    public ObservedTopicsTests() => _observed = new ObservedTopics(_clock);

    [Fact]
    public void A_topic_that_is_missing_for_a_moment_is_as_it_was()
    {
        Observe(Topic);

        Observe(Missing).ShouldBe(Topic);
        _clock.Now += TimeSpan.FromSeconds(9);
        Observe(Missing).ShouldBe(Topic);
        _observed.IsGone("events").ShouldBeFalse();
    }

    [Fact]
    public void A_topic_that_stays_missing_is_gone()
    {
        Observe(Topic);
        Observe(Missing);

        _clock.Now += TimeSpan.FromSeconds(10);

        Observe(Missing).ShouldBe(Missing);
        _observed.IsGone("events").ShouldBeTrue();
        Observe(Topic).ShouldBe(Topic);
        _observed.IsGone("events").ShouldBeFalse();
    }

    [Fact]
    public void Two_answers_with_a_long_silence_between_them_do_not_make_it_gone()
    {
        Observe(Topic);
        Observe(Missing);

        _clock.Now += TimeSpan.FromMinutes(5);

        Observe(Missing).ShouldBe(Topic);
        _observed.IsGone("events").ShouldBeFalse();
    }

    [Fact]
    public void What_nobody_asks_for_any_more_is_forgotten()
    {
        Observe(Topic);
        _clock.Now += TimeSpan.FromMinutes(11);

        Observe(Topic with { Partitions = 2 }).Partitions.ShouldBe(2);
    }

    [Fact]
    public void A_topic_that_is_missing_now_and_then_stays()
    {
        for (int i = 0; i < 5; i++)
        {
            Observe(Topic);
            Observe(Missing).ShouldBe(Topic);
            _clock.Now += TimeSpan.FromSeconds(9);
        }
    }

    [Fact]
    public void A_topic_that_was_never_seen_is_missing_and_not_gone_at_once()
    {
        Observe(Missing).ShouldBe(Missing);
        _observed.IsGone("events").ShouldBeFalse();
    }

    [Fact]
    public void A_topic_does_not_shrink_and_another_of_its_name_may_have_fewer_partitions()
    {
        var another = new ClusterTopic(Guid.NewGuid(), 1);
        Observe(Topic);

        Observe(Topic with { Partitions = 2 }).ShouldBe(Topic);
        Observe(another).ShouldBe(another);
    }

    private ClusterTopic Observe(ClusterTopic answer) =>
        _observed.Observe(new Dictionary<string, ClusterTopic> { ["events"] = answer })["events"];

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
