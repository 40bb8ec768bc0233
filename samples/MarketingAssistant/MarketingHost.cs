using Ganglion.Agents;
using Ganglion.Hosting;
using MarketingAssistant.Leads;
using MarketingAssistant.Messages;
using MarketingAssistant.Pitches;
using MarketingAssistant.Sinks;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MarketingAssistant;

/// <summary>Puts the program together: agents, guards, and what lies outside.</summary>
internal static class MarketingHost
{
    public static WebApplication Create(RunOptions options, SalesDesk desk)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "MarketingAssistant" });
        builder.ListenOnLoopback(options.Port);

        // The timeline tells what is parked; the log is for what nobody expects.
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Ganglion.Agents", LogLevel.Critical).AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);

        // The routes are laid by the program itself.
        builder.Logging.AddFilter("Ganglion.Routes", LogLevel.Error);

        AddOutside(builder, options, desk);
        builder.Services.AddHostedService<Pipeline>();
        builder.AddGanglion(ganglion => AddAgents(ganglion, options));

        WebApplication app = builder.Build();
        app.MapGanglion();
        return app;
    }

    // Each agent is a consumer group of its own: another one is one more line.
    private static void AddAgents(GanglionBuilder ganglion, RunOptions options)
    {
        ganglion
            .UseEmbeddedBroker(Path.Combine(options.Data, "log"), broker =>
            {
                if (options.KafkaPort is { } port)
                {
                    broker.ListenForKafka($"127.0.0.1:{port}");
                }
            })
            .AddGuard<LeadForm>("lead-form")
            .AddGuards(Path.Combine(AppContext.BaseDirectory, "guards.yaml"))
            .AddApprovals(approvals => approvals.Expect<Message>(Channels.Ready))
            .AddAgent<PitchWriter>(Share)
            .AddAgent<KpiAnalyzer>(Share)
            .AddAgent<AvailabilityCheck>(Share)
            .AddAgent<MessageCombiner>(Share)
            .AddAgent<MessageRouter>(Share)
            .AddAgent<SalesSink>(Share)
            .AddAgent<EmailSink>(Share)
            .AddAgent<CrmSink>(Share);
        if (!options.ByHand)
        {
            ganglion.AddAgent<ScriptedModerator>(Share);
        }

        static void Share(AgentOptions agent) => agent.Partitions = Pipeline.Partitions;
    }

    private static void AddOutside(WebApplicationBuilder builder, RunOptions options, SalesDesk desk)
    {
        MarketingSettings settings = builder.Configuration.GetSection("Marketing").Get<MarketingSettings>() ?? new MarketingSettings();
        builder.Services
            .AddSingleton(settings)
            .AddSingleton<IChatClient>(PitchScript.Create())
            .AddSingleton<PitchModel>()
            .AddSingleton<Warehouse>()
            .AddSingleton(new EmailSpool(Path.Combine(options.Outbox, "email"), settings.From))
            .AddSingleton(new CrmFile(Path.Combine(options.Outbox, "crm.csv")))
            .AddSingleton(new Webhook(new HttpClient { Timeout = TimeSpan.FromSeconds(10) }, settings.SalesWebhook ?? desk.Address));
    }
}
