using System.Net;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TransferProcess;

// A bank that tests kill at any moment and start again. Its customers come over HTTP: one way is an event on the topic
// transfer.requested, answered on transfer.answered; the other is a request, PUT /transfers/{number}.
string folder = args[0];
string broker = args[1];

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Error).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
builder.Services.AddSingleton(new Receipts(Path.Combine(folder, "receipts")));
builder.AddGanglion(ganglion => Choose(ganglion)
    .AddAgent<Teller>(Configure)
    .AddAgent<Desk>(Configure)
    .AddAgent<Account>(Configure)
    .AddAgent<Notary>(Configure)
    .AddAgent<Auditor>(Configure));

WebApplication app = builder.Build();
app.MapGanglion();
app.MapPut("/transfers/{number:int}", (int number, Transfer transfer, IAgentRuntime runtime) =>
    runtime.SendMessageAsync<Answer>(transfer, new AgentId(new AgentType("desk"), $"{number}"), "transfer"));

ITopicAdministration topics = app.Services.GetRequiredService<IEventBroker>().Topics;
if (await topics.FindAsync(Teller.Answers) is null)
{
    // Who follows the answers does so before there is one.
    await topics.CreateAsync(Teller.Answers, new TopicSettings());
}

await app.StartAsync();
Console.WriteLine($"Listening on {app.Urls.Single()}");
await app.WaitForShutdownAsync();

GanglionBuilder Choose(GanglionBuilder ganglion) => broker switch
{
    // Segments so small that there is something to compact all the time.
    "embedded" => ganglion.UseEmbeddedBroker(
        Path.Combine(folder, "data"),
        new EmbeddedBrokerOptions
        {
            TopicDefaults = new() { SegmentBytes = 256 * 1024, DeleteRetention = TimeSpan.Zero },
            CleanupInterval = TimeSpan.FromMilliseconds(100),
        }),
    _ => throw new InvalidOperationException($"There is no broker '{broker}': choose embedded."),
};

static void Configure(AgentOptions options)
{
    options.Partitions = 2;
    options.RetryDelay = TimeSpan.FromMilliseconds(5);

    // An event comes again within the next few runs, or not at all.
    options.DeduplicationWindow = 1_000;
}
