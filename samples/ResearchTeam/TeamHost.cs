using Ganglion.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ResearchTeam.Terminal;
using ResearchTeam.Workers;

namespace ResearchTeam;

/// <summary>The host of a process: its broker, its model, and the agents of its role.</summary>
internal static class TeamHost
{
    public static IHost Create(RunOptions options)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();

        // The timeline tells what happens; the log is for what nobody expects.
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical).AddFilter("Ganglion.Hosting.ModelCatalog", LogLevel.Error);

        builder.Services.AddSingleton(builder.Configuration.GetSection("Team").Get<TeamOptions>() ?? new TeamOptions());
        builder.Services.AddSingleton<TeamLog>();
        builder.AddGanglion(ganglion =>
        {
            _ = options.Kafka is { } servers ? ganglion.UseKafka(servers) : ganglion.UseEmbeddedBroker(Path.Combine(options.Data, "log"), broker =>
            {
                if (options.KafkaPort is { } port)
                {
                    broker.ListenForKafka($"127.0.0.1:{port}");
                }
            });
            ganglion.AddModel("default", model => model.UseEnvironment(TeamScript.CreateModel(options.ModelTime)).WithRetries());
            if (options.Role is Role.All or Role.Master)
            {
                ganglion.AddAgent<Master>();
            }

            if (options.Role is Role.All or Role.Researcher)
            {
                ganglion.AddAgent<Researcher>();
            }

            if (options.Role is Role.All or Role.Writer)
            {
                ganglion.AddAgent<Writer>();
            }
        });
        return builder.Build();
    }
}
