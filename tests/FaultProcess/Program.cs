using System.Globalization;
using FaultProcess;
using Ganglion.Agents;
using Ganglion.Brokers.Embedded;
using Ganglion.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// A process that tests let die at a point and start again. It publishes the same transfers each time, until each of them is audited; its
// chores let the broker do what else it does; it changes the route of the transfers meanwhile; and it imports states, or does only that where it is told which generation of them. Or
// payments are held up ("ask"), and somebody decides about them ("decide" and his name). Or tools are called ("tools"). A run that comes to its end exits with 0.
string folder = args[0];
var options = new EmbeddedBrokerOptions
{
    // So small that there is something to compact all the time.
    TopicDefaults = new() { SegmentBytes = 4096, DeleteRetention = TimeSpan.Zero },
    CleanupInterval = TimeSpan.FromMilliseconds(10),
};

HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "FaultProcess" });
builder.Services.AddSingleton(new Effects(Path.Combine(folder, "effects")));
builder.Services.AddSingleton<Work>();
builder.Services.AddSingleton<Chores>();
builder.Services.AddSingleton<Rerouting>();
builder.Services.AddSingleton<Imports>();
builder.Services.AddSingleton<Decisions>();
builder.Services.AddSingleton<Prompt>();
builder.AddGanglion(ganglion =>
{
    ganglion.UseFaultInjection().UseEmbeddedBroker(Path.Combine(folder, "data"), broker => broker.Options = options);
    if (args is [_, "ask" or "decide", ..])
    {
        ganglion.AddApprovals();
        return;
    }

    if (args is [_, "tools"])
    {
        ganglion.AddApprovals().AddAgent<Caller>(TwoPartitions);
        return;
    }

    ganglion
        .AddAgent<Ledger>(TwoPartitions)
        .AddAgent<Approver>(TwoPartitions)
        .AddAgent<Notary>(TwoPartitions)
        .AddAgent<Auditor>(TwoPartitions)
        .AddAgent<Archive>(TwoPartitions);
});

using IHost host = builder.Build();
await host.StartAsync();
Imports imports = host.Services.GetRequiredService<Imports>();
if (args is [_, "ask"])
{
    await host.Services.GetRequiredService<Decisions>().AskAsync();
}
else if (args is [_, "decide", var by])
{
    await host.Services.GetRequiredService<Decisions>().DecideAsync(by);
}
else if (args is [_, "tools"])
{
    await host.Services.GetRequiredService<Prompt>().RunAsync();
}
else if (args.Length > 1)
{
    await imports.RunAsync(generation: int.Parse(args[1], CultureInfo.InvariantCulture));
}
else
{
    Task chores = host.Services.GetRequiredService<Chores>().RunAsync();
    Rerouting routes = host.Services.GetRequiredService<Rerouting>();
    Task rerouting = routes.RunAsync();
    await host.Services.GetRequiredService<Work>().RunAsync();
    await imports.RunAsync(generation: 1);
    await chores;
    await rerouting;
    await routes.WhenRoutedAsync();
}

await host.StopAsync();

static void TwoPartitions(AgentOptions options) => options.Partitions = 2;
