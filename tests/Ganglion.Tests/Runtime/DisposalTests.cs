using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Runtime;

/// <summary>Of what an agent holds a part cannot be put away: the rest is nevertheless.</summary>
public sealed class DisposalTests : IDisposable
{
    private readonly LogList _log = new();
    private int _calls;

    public void Dispose() => _log.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task An_agent_of_which_a_part_cannot_be_put_away_leaves_its_group_and_works_again()
    {
        await using var host = new AgentTestHost();
        var broker = new BrokerWithStickyReaders(host.Broker);
        await host.RunAsync(ganglion =>
        {
            ganglion.Services.AddSingleton<ILoggerProvider>(_log);
            ganglion
                .UseBroker(broker)
                .AddSupervisor(SupervisorOptions.Root, root => root.RestartDelay = TimeSpan.FromMilliseconds(1))
                .AddAgent("fragile", Define, options => options.Partitions = 1);
        });

        // A timer is read by a reader that its partition keeps.
        await host.AppendAsync("schedule", "k", "1");
        await host.ReadAsync("elapsed", 1);
        broker.StickOnce();
        await host.AppendAsync("break", "k", "2");

        await host.ReadAsync("mended", 1);
        host.StatusOf("fragile").Restarts.ShouldBe(1);
        _log.Errors.Where(error => error.Contains("could not be put away")).ShouldHaveSingleItem().ShouldContain("It sticks.");
    }

    private void Define(AgentBuilder agent) => agent
        .On<int>("schedule", (number, context) => context.Schedule(TimeSpan.Zero, "tick", number))
        .On<int>("tick", (number, context) => context.Publish("elapsed", number))
        .On<int>("break", (number, context) => context.Publish(
            "mended", Interlocked.Increment(ref _calls) > 1 ? number : throw new AgentBrokenException("The first time it breaks.")));

    /// <summary>The next of its readers that is disposed of throws.</summary>
    private sealed class BrokerWithStickyReaders(EmbeddedBroker broker) : DelegatingBroker(broker)
    {
        private int _sticks;

        public void StickOnce() => _sticks = 1;

        public override async ValueTask<IEventReader> CreateReaderAsync(ReaderOptions options, CancellationToken cancellationToken = default) =>
            new Reader(this, await base.CreateReaderAsync(options, cancellationToken));

        private sealed class Reader(BrokerWithStickyReaders broker, IEventReader reader) : IEventReader
        {
            public ValueTask<ConsumedBatch> ReadAsync(CancellationToken cancellationToken = default) => reader.ReadAsync(cancellationToken);

            public long GetPosition(TopicPartition partition) => reader.GetPosition(partition);

            public void Seek(TopicPartition partition, long offset) => reader.Seek(partition, offset);

            public async ValueTask DisposeAsync()
            {
                await reader.DisposeAsync();
                if (Interlocked.Exchange(ref broker._sticks, 0) == 1)
                {
                    throw new IOException("It sticks.");
                }
            }
        }
    }
}
