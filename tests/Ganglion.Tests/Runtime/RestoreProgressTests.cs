using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Runtime;
using Ganglion.Telemetry;
using Ganglion.Tests.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Runtime;

public sealed class RestoreProgressTests
{
    private readonly ManualTime _time = new();
    private readonly List<string> _told = [];

    [Fact]
    public void A_restore_that_takes_long_tells_every_few_seconds_how_far_it_is()
    {
        using var metrics = new AgentMetrics("keeper", meters: null);
        using var progress = new RestoreProgress(new AgentType("keeper"), 3, metrics, _time, new Told(_told));

        _time.Advance(TimeSpan.FromSeconds(4));
        progress.Read(BatchUpTo(100), 1000);
        progress.Read(BatchUpTo(200), 1000);
        _told.ShouldBeEmpty();
        _time.Advance(TimeSpan.FromSeconds(1));
        progress.Read(BatchUpTo(300), 1000);
        _time.Advance(TimeSpan.FromSeconds(4));
        progress.Complete();
        progress.Read(BatchUpTo(400), 1000);
        _time.Advance(TimeSpan.FromSeconds(5));

        _told.ShouldBe(
        [
            "keeper restores partition 3: keeper.state is read up to 200 of 1000; 2 records so far, 0 a second.",
            "keeper has restored partition 3 from 3 records in 00:00:09, 0 a second.",
        ]);
    }

    [Fact]
    public void A_restore_that_does_not_get_on_tells_what_it_may_wait_for()
    {
        using var metrics = new AgentMetrics("keeper", meters: null);
        using var progress = new RestoreProgress(new AgentType("keeper"), 3, metrics, _time, new Told(_told));

        progress.Read(BatchUpTo(100), 1000);
        _time.Advance(TimeSpan.FromSeconds(5));
        _told.Clear();
        _time.Advance(TimeSpan.FromSeconds(5));

        _told.ShouldHaveSingleItem().ShouldBe(
            "keeper waits to restore partition 3: keeper.state is read up to 100 of 1000. A transaction holds back the rest until it ends, or its "
            + "time is over (transaction.timeout.ms), or the broker does not answer.");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_read_to_restore_an_agent_is_counted_and_timed()
    {
        static void Keep(AgentBuilder agent) => agent.On("notes", (AgentContext context) =>
        {
            context.SetState(1);
            context.Publish("kept", 1);
        });
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("restoring-keeper", Keep));
        await host.AppendAsync("notes", "a", "1");
        await host.AppendAsync("notes", "b", "1");
        await host.ReadAsync("kept", 2);
        await host.StopAsync();
        using var measured = new Measurements("messaging.consumer.group.name", "restoring-keeper");

        await host.RunAsync(ganglion => ganglion.AddAgent("restoring-keeper", Keep));
        await host.AppendAsync("notes", "a", "1");
        await host.ReadAsync("kept", 3);

        measured.Of("ganglion.restore.records").Sum(one => one.Value).ShouldBe(2);
        measured.Of("ganglion.restore.duration").ShouldAllBe(one => one.Unit == "s" && one.Value > 0);
    }

    private static ConsumedBatch BatchUpTo(long next) => new(new TopicPartition("keeper.state", 3), [new ConsumedRecord(next - 1, default)], next, 1000);

    private sealed class Told(List<string> told) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            told.Add(formatter(state, exception));
    }
}
