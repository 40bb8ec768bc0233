using Ganglion.Brokers;
using Ganglion.Oversight;
using Ganglion.Routes;
using Ganglion.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Hosting;

/// <summary>Looks twice a second how much waits in the lanes of channels, as long as there are any.</summary>
/// <param name="services">The services of the host.</param>
/// <param name="logger">Where it logs.</param>
internal sealed partial class LaneWatch(IServiceProvider services, ILogger<LaneWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(450);

    // In that time what a router has let in is committed, or the broker is in trouble.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(10);

    private readonly AsyncSignal _changed = new();
    private readonly ILogger _logger = logger;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        RouteTable table = services.GetRequiredService<RouteTable>();
        LaneLoad load = services.GetRequiredService<LaneLoad>();
        LaneReaders readers = services.GetRequiredService<LaneReaders>();
        TimeProvider time = services.GetRequiredService<TimeProvider>();
        table.Changed += _changed.Set;
        try
        {
            while (true)
            {
                if (table.LaneTopics is not { Count: > 0 } topics)
                {
                    await _changed.WaitAsync(stoppingToken).ConfigureAwait(false);
                    continue;
                }

                IReadOnlyDictionary<string, long> counted = load.Count(topics);
                await Task.Delay(Settling, time, stoppingToken).ConfigureAwait(false);
                bool isKnown = await LookAsync(load, counted, readers, stoppingToken).ConfigureAwait(false);
                await Task.Delay(isKnown ? Pace : PauseAfterFault, time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A host that is disposed without having been stopped would call this a failure.
        }
        finally
        {
            table.Changed -= _changed.Set;
        }
    }

    private async Task<bool> LookAsync(LaneLoad load, IReadOnlyDictionary<string, long> counted, LaneReaders readers, CancellationToken cancellationToken)
    {
        try
        {
            load.Note(counted, await readers.FindAsync(cancellationToken).ConfigureAwait(false));
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotLooked(exception, PauseAfterFault);
            return false;
        }
    }

    [LoggerMessage(240, LogLevel.Warning, "How much waits in the lanes cannot be found out; it is tried again in {Pause}.")]
    private partial void LogNotLooked(Exception exception, TimeSpan pause);
}
