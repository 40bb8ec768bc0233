using Ganglion.AspNetCore;
using Ganglion.Brokers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Cli.Hosting;

/// <summary>
/// Makes the server that puts a broker behind the HTTP API. It is made of nothing else: no settings are read from the
/// environment or the working folder, and no signal ends it but the command that started it.
/// </summary>
internal static class ApiServer
{
    public static WebApplication Create(IEventBroker broker, ILoggerFactory loggers, Action<KestrelServerOptions> listen)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxConcurrentConnections = ConnectionLimit.OfProcess();
            listen(kestrel);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(broker);
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        WebApplication app = builder.Build();
        app.MapGanglion(configure: options => options.AnswerUnknownPaths = true);
        return app;
    }

    private sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
