using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Brokers.Embedded;

public sealed class OptionsTests
{
    [Fact]
    public async Task All_faults_of_a_brokers_options_are_told_before_the_folder_is_touched()
    {
        using var folder = new TemporaryFolder();
        var options = new EmbeddedBrokerOptions
        {
            FlushInterval = TimeSpan.FromSeconds(-1),
            CleanupInterval = TimeSpan.Zero,
            TailCacheBytes = -1,
            TopicDefaults = new TopicSettings { Partitions = 0, SegmentBytes = 1 },
        };

        ArgumentException refused = await Should.ThrowAsync<ArgumentException>(() => EmbeddedBroker.OpenAsync(folder["data"], options));

        refused.Message.ShouldContain("FlushInterval is -00:00:01; allowed are 0 (group commit) to 24 days");
        refused.Message.ShouldContain("CleanupInterval is 00:00:00; allowed are 1 ms to 49 days");
        refused.Message.ShouldContain("TailCacheBytes is -1; it cannot be negative");
        refused.Message.ShouldContain("TopicDefaults: partitions is 0; allowed are 1 to 10,000");
        refused.Message.ShouldContain("TopicDefaults: segment.bytes is 1; at least 1,024 are needed");
        Directory.Exists(folder["data"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_broker_whose_loggers_cannot_be_made_holds_nothing()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.AppendAsync("a".To("t"));
        }

        var options = new EmbeddedBrokerOptions { LoggerFactory = new NoLoggers() };
        (await Should.ThrowAsync<InvalidOperationException>(() => EmbeddedBroker.OpenAsync(folder.Path, options))).Message.ShouldBe("no loggers");

        OpenFiles.In(folder.Path).ShouldBeEmpty();
        await using EmbeddedBroker reopened = await EmbeddedBroker.OpenAsync(folder.Path);
        (await reopened.ReadAllAsync("t")).ShouldBe(["a"]);
    }

    [Fact]
    public void A_volatile_broker_is_held_to_the_same_ranges()
    {
        var options = new EmbeddedBrokerOptions { FlushInterval = TimeSpan.FromDays(25), CleanupInterval = TimeSpan.FromDays(50) };

        ArgumentException refused = Should.Throw<ArgumentException>(() => EmbeddedBroker.CreateVolatile(options));

        refused.Message.ShouldContain("FlushInterval is 25.00:00:00");
        refused.Message.ShouldContain("CleanupInterval is 50.00:00:00");
    }

    [Fact]
    public async Task What_no_timer_can_wait_for_is_refused_to_a_consumer()
    {
        await using var broker = EmbeddedBroker.CreateVolatile();
        var options = new ConsumerOptions
        {
            GroupId = "g",
            Topics = ["t"],
            SessionTimeout = TimeSpan.FromDays(50),
            MaxPollInterval = TimeSpan.MaxValue,
        };

        ArgumentException refused = await Should.ThrowAsync<ArgumentException>(
            async () => await broker.CreateConsumerAsync(options, TestContext.Current.CancellationToken));

        refused.Message.ShouldContain("SessionTimeout is 50.00:00:00; allowed are 1 ms to 49 days");
        refused.Message.ShouldContain("MaxPollInterval is 10675199.02:48:05.4775807");
    }

    private sealed class NoLoggers : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => throw new InvalidOperationException("no loggers");

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
