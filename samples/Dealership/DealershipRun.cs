using Ganglion;
using Ganglion.Approvals;
using Ganglion.Brokers;
using Ganglion.Hosting;
using Ganglion.Routes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dealership;

/// <summary>One run of the program: plays the day, or stays open for visitors and operators from outside.</summary>
internal sealed class DealershipRun(IHost host, RunOptions options)
{
    public static async Task<int> RunAsync(RunOptions options)
    {
        try
        {
            using IHost host = CreateHost(options);
            await new DealershipRun(host, options).RunAsync();
            return 0;
        }
        catch (Exception exception) when (exception is GanglionException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"dealership: {exception.Message}");
            return 1;
        }
    }

    private static IHost CreateHost(RunOptions options)
    {
        if (!options.Serve)
        {
            HostApplicationBuilder quiet = Host.CreateApplicationBuilder();
            Configure(quiet, options);
            return quiet.Build();
        }

        WebApplicationBuilder open = WebApplication.CreateSlimBuilder();
        open.ListenOnLoopback();
        Configure(open, options);
        WebApplication app = open.Build();
        app.MapGanglion();
        return app;
    }

    private static void Configure(IHostApplicationBuilder builder, RunOptions options)
    {
        // The timeline tells what people do and what is parked; the log is for what nobody expects.
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Ganglion.Routes", LogLevel.Error).AddFilter("Ganglion.Agents", LogLevel.Critical);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);

        builder.Services.AddSingleton(_ => SalesScript.CreateModel());
        builder.Services.AddSingleton<HouseRules>();
        builder.AddGanglion(ganglion => ganglion
            .UseEmbeddedBroker(options.Data, broker =>
            {
                if (options.KafkaPort is { } port)
                {
                    broker.ListenForKafka($"127.0.0.1:{port}");
                }
            })
            .AddGuards(Path.Combine(AppContext.BaseDirectory, "guards.yaml"))
            .AddApprovals()
            .AddAgent<ChatAgent>(agent => agent.Concurrency = 1));
    }

    private async Task RunAsync()
    {
        CancellationToken closing = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        Announce($"No language model answers here, but a script: {SalesScript.Model}.");
        await Get<HouseRules>().ApplyAsync(closing);
        await host.StartAsync(closing);
        try
        {
            await using Timeline timeline = await Timeline.OpenAsync(Get<IEventBroker>(), options.Json, closing);
            await timeline.ShowPastAsync(closing);
            await (options.Serve ? ServeAsync(timeline, closing) : PlayAsync(timeline, closing));
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
        }

        await host.StopAsync(CancellationToken.None);
    }

    private Task PlayAsync(Timeline timeline, CancellationToken closing)
    {
        var website = new Website(Get<IEventPublisher>(), timeline, Get<TimeProvider>(), closing);
        var maria = new Operator("maria", Get<Pauses>(), Get<RouteTable>(), Get<ApprovalQueues>(), timeline, closing);
        return new Play(website, maria).RunAsync();
    }

    private async Task ServeAsync(Timeline timeline, CancellationToken closing)
    {
        Announce($"Listening on {((WebApplication)host).Urls.First()}");
        while (true)
        {
            await timeline.ShowNextAsync(closing);
        }
    }

    // Beside JSON on the standard output there is room for nothing else.
    private void Announce(string text) => (options.Json ? Console.Error : Console.Out).WriteLine(text);

    private T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();
}
