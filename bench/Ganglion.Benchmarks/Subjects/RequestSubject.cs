using System.Diagnostics;
using Ganglion.Agents;
using Ganglion.Benchmarks.Harness;
using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Benchmarks.Subjects;

/// <summary>A host with one agent that replies with what it was sent, and callers outside of it.</summary>
internal sealed class RequestSubject : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly IHost _host;

    private RequestSubject(TemporaryFolder folder, IHost host)
    {
        _folder = folder;
        _host = host;
    }

    public static async Task<RequestSubject> StartAsync(Settings settings, Durability durability, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder(settings);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "bench" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddGanglion(ganglion => ganglion
            .UseBroker(_ => EmbeddedSubject.OpenBrokerAsync(folder, durability, cancellationToken).GetAwaiter().GetResult())
            .AddAgent("echo", agent => agent.OnRequest("echo", static (int number, AgentContext _) => number)));
        IHost host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new RequestSubject(folder, host);
    }

    /// <summary>Some callers send one request at a time, each to an instance of its own, and await the reply.</summary>
    /// <returns>Round trips per second, and how many bytes the process allocated for each.</returns>
    public async Task<(double PerSecond, double Allocated)> RunAsync(int callers, int total, CancellationToken cancellationToken)
    {
        IAgentRuntime runtime = _host.Services.GetRequiredService<IAgentRuntime>();
        int each = total / callers;
        long allocatedBefore = GC.GetTotalAllocatedBytes();
        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(
            async () =>
            {
                var echo = new AgentId(new AgentType("echo"), $"{caller}");
                for (int i = 0; i < each; i++)
                {
                    await runtime.SendMessageAsync<int>(i, echo, "echo", cancellationToken: cancellationToken);
                }
            },
            cancellationToken)));
        double count = (double)each * callers;
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return (count / seconds, (GC.GetTotalAllocatedBytes() - allocatedBefore) / count);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _folder.Dispose();
    }
}
