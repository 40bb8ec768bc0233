using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace TankWatch.Tests;

public sealed class TankWatcherTests
{
    [Fact]
    public async Task The_third_hot_measurement_in_a_row_raises_an_alarm()
    {
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        var alarm = new TaskCompletionSource<TankTooHot>();
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.AddGanglion(ganglion => ganglion
            .UseVolatileBroker()
            .AddAgent<TankWatcher>()
            .AddAgent("probe", agent => agent.On<TankTooHot>("tank.too_hot", (tooHot, _) => alarm.TrySetResult(tooHot))));
        using IHost host = builder.Build();
        await host.StartAsync(cancelled);

        var publisher = host.Services.GetRequiredService<IEventPublisher>();
        foreach (double celsius in new[] { 81, 79, 82, 83, 84 })
        {
            await publisher.PublishAsync("temperature.measured", new TemperatureMeasured("north", celsius), "north", cancelled);
        }

        TankTooHot told = await alarm.Task.WaitAsync(TimeSpan.FromSeconds(30), cancelled);
        Assert.Equal(new TankTooHot("north", 84, 3), told);
        await host.StopAsync(cancelled);
    }
}
