using System.Diagnostics;
using System.Globalization;
using Ganglion.Budgets;
using Ganglion.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// A process that spends as much as it can of a budget that it shares with others, as callers that each want one request after the other. It begins when it is told to, and
// tells of each request when it was, by a clock that all processes of the machine share.
string cluster = args[0];
string limit = args[1];
int callers = int.Parse(args[2], CultureInfo.InvariantCulture);

HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
builder.AddGanglion(ganglion => ganglion
    .UseKafka(new KafkaBrokerOptions
    {
        BootstrapServers = cluster,
        TransactionTimeout = TimeSpan.FromSeconds(2),
        Consumer = new() { SessionTimeout = TimeSpan.FromSeconds(2), HeartbeatInterval = TimeSpan.FromMilliseconds(500) },
    })
    .AddBudgets(budgets => budgets.Add("all", limit)));
using IHost host = builder.Build();
await host.StartAsync();
Console.WriteLine("ready");
await Console.In.ReadLineAsync();

IBudgets budgets = host.Services.GetRequiredService<IBudgets>();
await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
{
    while (true)
    {
        Reservation reservation = await budgets.AcquireAsync(new Spending(new Usage(1)));
        reservation.Dispose();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetTimestamp() * 1000 / Stopwatch.Frequency}"));
    }
}));
