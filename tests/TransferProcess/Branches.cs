using System.Collections.Concurrent;
using Ganglion.Agents;
using Ganglion.Brokers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TransferProcess;

/// <summary>The hosts of the agents: each as in a process of its own, and all on one broker, which outlives them.</summary>
internal sealed class Branches(IEventBroker broker, Receipts receipts)
{
    private readonly ConcurrentQueue<IHost> _open = new();

    /// <summary>Opens one more, which shares the work with the others.</summary>
    public async Task OpenAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton(receipts);
        builder.AddGanglion(ganglion => ganglion
            .UseBroker(broker)
            .AddAgent<Teller>(Configure)
            .AddAgent<Desk>(Configure)
            .AddAgent<Account>(Configure)
            .AddAgent<Notary>(Configure)
            .AddAgent<Auditor>(Configure));
        IHost branch = builder.Build();
        await branch.StartAsync();
        _open.Enqueue(branch);
    }

    /// <summary>Closes the one that is open longest.</summary>
    /// <param name="isAbrupt">Whether it drops what it has begun, rather than finish that.</param>
    public async Task CloseAsync(bool isAbrupt)
    {
        if (_open.TryDequeue(out IHost? branch))
        {
            await branch.StopAsync(new CancellationToken(canceled: isAbrupt)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ((IAsyncDisposable)branch).DisposeAsync();
        }
    }

    /// <summary>Closes all.</summary>
    public async Task CloseAsync()
    {
        while (!_open.IsEmpty)
        {
            await CloseAsync(isAbrupt: false);
        }
    }

    private static void Configure(AgentOptions options)
    {
        options.Partitions = 2;
        options.RetryDelay = TimeSpan.FromMilliseconds(5);

        // An event comes again within the next few runs, or not at all.
        options.DeduplicationWindow = 1_000;
    }
}
