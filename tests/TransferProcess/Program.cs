using System.Net;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Hosting;
using Ganglion.Kafka;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TransferProcess;

// A bank that tests kill at any moment and start again. Its customers come over HTTP: one way is an event on the topic
// transfer.requested, answered on transfer.answered; the other is a request, PUT /transfers/{number}. Its agents are in branches, hosts
// of their own; one is open from the start.
const string OnKafka = "kafka:";

string folder = args[0];
string broker = args[1];

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Error).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
builder.Services.AddSingleton(new Receipts(Path.Combine(folder, "receipts")));
builder.Services.AddSingleton<Branches>();
builder.AddGanglion(ganglion => Choose(ganglion));

WebApplication app = builder.Build();
app.MapGanglion();
app.MapPut("/transfers/{number:int}", (int number, Transfer transfer, IAgentRuntime runtime) =>
    runtime.SendMessageAsync<Answer>(transfer, new AgentId(new AgentType("desk"), $"{number}"), "transfer"));
app.MapPost("/branches", (Branches branches) => branches.OpenAsync());
app.MapDelete("/branches", (bool isAbrupt, Branches branches) => branches.CloseAsync(isAbrupt));

ITopicAdministration topics = app.Services.GetRequiredService<IEventBroker>().Topics;
if (await topics.FindAsync(Teller.Answers) is null)
{
    // Who follows the answers does so before there is one.
    await topics.CreateAsync(Teller.Answers, new TopicSettings());
}

Branches branches = app.Services.GetRequiredService<Branches>();
await branches.OpenAsync();
await app.StartAsync();
Console.WriteLine($"Listening on {app.Urls.Single()}");
await app.WaitForShutdownAsync();
await branches.CloseAsync();
await app.DisposeAsync();

GanglionBuilder Choose(GanglionBuilder ganglion) => broker switch
{
    // Segments so small that there is something to compact all the time.
    "embedded" => ganglion.UseEmbeddedBroker(
        Path.Combine(folder, "data"),
        embedded => embedded.Options = new EmbeddedBrokerOptions
        {
            TopicDefaults = new() { SegmentBytes = 256 * 1024, DeleteRetention = TimeSpan.Zero },
            CleanupInterval = TimeSpan.FromMilliseconds(100),
        }),

    // What a killed process leaves behind in the cluster is over soon.
    _ when broker.StartsWith(OnKafka, StringComparison.Ordinal) => ganglion.UseKafka(new KafkaBrokerOptions
    {
        BootstrapServers = broker[OnKafka.Length..],
        TransactionTimeout = TimeSpan.FromSeconds(2),
        Consumer = new() { SessionTimeout = TimeSpan.FromSeconds(2), HeartbeatInterval = TimeSpan.FromMilliseconds(500) },
    }),
    _ => throw new InvalidOperationException($"There is no broker '{broker}': choose embedded, or {OnKafka}HOST:PORT."),
};
