using System.Diagnostics.Metrics;
using Ganglion.Agents;
using Ganglion.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Runtime;

/// <summary>Whoever watches an agent, and fails at it, does not harm it.</summary>
public sealed class ObserverTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_logger_that_throws_changes_nothing(bool waits)
    {
        using var log = new BrokenLog();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion =>
        {
            ganglion.Services.AddSingleton<ILoggerProvider>(log);
            ganglion.AddAgent("logged", agent => Define(agent, waits, context => context.Attempt <= 2), Configure);
        });

        await host.AppendAsync("notes", "k", """{"number":1}""");

        (await host.ReadAsync("done", 1)).Count.ShouldBe(1);
        log.Failures.ShouldBeGreaterThan(0);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_listener_of_metrics_that_throws_makes_the_agent_begin_again(bool waits)
    {
        int failures = 0;
        string agent = $"measured-{waits}".ToLowerInvariant();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == GanglionTelemetry.MeterName && instrument.Name == "ganglion.events.retried")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            if (tags.Contains(new KeyValuePair<string, object?>("messaging.consumer.group.name", agent)))
            {
                failures++;
                throw new InvalidOperationException("Nobody counts here.");
            }
        });
        listener.Start();
        int handled = 0;
        await using AgentTestHost host = await AgentTestHost.StartAsync(
            ganglion => ganglion.AddAgent(agent, builder => Define(builder, waits, _ => Interlocked.Increment(ref handled) == 1), Configure));

        await host.AppendAsync("notes", "k", """{"number":1}""");

        (await host.ReadAsync("done", 1)).Count.ShouldBe(1);
        failures.ShouldBe(1);
    }

    private static void Define(AgentBuilder agent, bool waits, Func<AgentContext, bool> fails) => agent.On<Note>("notes", async (note, context) =>
    {
        if (waits)
        {
            await Task.Yield();
        }

        if (fails(context))
        {
            throw new InvalidOperationException("Not yet.");
        }

        context.Publish("done", note);
    });

    private static void Configure(AgentOptions options)
    {
        options.Concurrency = 1;
        options.RetryDelay = TimeSpan.FromMilliseconds(1);
    }

    private sealed class BrokenLog : ILoggerProvider, ILogger
    {
        private int _failures;

        public int Failures => Volatile.Read(ref _failures);

        public ILogger CreateLogger(string categoryName) =>
            categoryName.StartsWith("Ganglion.Agents.", StringComparison.Ordinal) ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Interlocked.Increment(ref _failures);
            throw new IOException("The disk is full.");
        }

        public void Dispose()
        {
        }
    }
}
