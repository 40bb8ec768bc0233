using System.Diagnostics;
using Ganglion.Budgets;
using Ganglion.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Benchmarks.Children;

/// <summary>
/// One of several processes that spend of the same budget, as much as they can. Tells that it is ready, waits for a word, and then tells of each request when it was, in milliseconds of a clock that
/// all processes share.
/// </summary>
internal static class SpendingChild
{
    public static async Task RunAsync(string servers, string limit, int callers, TimeSpan pause)
    {
        await using KafkaBroker broker = KafkaBroker.Open(new KafkaBrokerOptions { BootstrapServers = servers });
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => ganglion.UseBroker(broker).AddBudgets(budgets => budgets.Add("all", limit)));
        using IHost host = builder.Build();
        await host.StartAsync();
        Child.Tell(0);
        await Console.In.ReadLineAsync();
        IBudgets spending = host.Services.GetRequiredService<IBudgets>();
        _ = Task.WhenAll(Enumerable.Range(0, callers).Select(_ => SpendAsync(spending, pause)));
        await Child.WhenLeftAloneAsync();
    }

    private static async Task SpendAsync(IBudgets budgets, TimeSpan pause)
    {
        while (true)
        {
            (await budgets.AcquireAsync(new Spending(new Usage(1)))).Dispose();
            Child.Tell(Stopwatch.GetTimestamp() * 1000.0 / Stopwatch.Frequency);
            await Task.Delay(pause);
        }
    }
}
