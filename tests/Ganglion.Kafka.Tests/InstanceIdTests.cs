using System.Threading.Channels;
using Ganglion.Agents;
using Ganglion.Hosting;
using Ganglion.Kafka.Tests.Conformance;
using Ganglion.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Tests;

/// <summary>Hosts that have one name by mistake.</summary>
public sealed class InstanceIdTests
{
    private readonly Channel<string> _handled = Channel.CreateUnbounded<string>();
    private readonly string _agent = $"noter.{Guid.NewGuid():N}";
    private readonly string _channel = $"notes.{Guid.NewGuid():N}";

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Of_two_hosts_with_one_instance_id_the_earlier_stops_and_the_later_works()
    {
        using IHost earlier = CreateHost("earlier");
        await earlier.StartAsync(Timeout);
        await PublishAsync(earlier, "a");
        (await _handled.Reader.ReadAsync(Timeout)).ShouldBe("earlier a");
        IHostApplicationLifetime lifetime = earlier.Services.GetRequiredService<IHostApplicationLifetime>();
        var stopping = new TaskCompletionSource();
        using CancellationTokenRegistration _ = lifetime.ApplicationStopping.Register(stopping.SetResult);

        using IHost later = CreateHost("later");
        await later.StartAsync(Timeout);
        await stopping.Task.WaitAsync(Timeout);

        SupervisorStatus root = earlier.Services.GetRequiredService<ISupervisorStatuses>().List().Single(one => one.Name == SupervisorOptions.Root);
        root.IsWorking.ShouldBeFalse();
        root.Reason!.ShouldContain("Ganglion:Kafka:Consumer:InstanceId");
        await earlier.StopAsync(Timeout);
        await PublishAsync(later, "b");
        (await _handled.Reader.ReadAsync(Timeout)).ShouldBe("later b");
        await later.StopAsync(Timeout);
    }

    private IHost CreateHost(string name)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => ganglion
            .UseKafka(new KafkaBrokerOptions
            {
                BootstrapServers = TestCluster.BootstrapServers,
                Consumer = new KafkaConsumerOptions { InstanceId = "pod-1", HeartbeatInterval = TimeSpan.FromMilliseconds(500) },
            })
            .AddAgent(_agent, agent => agent.On(_channel, (string note, AgentContext _) =>
            {
                _handled.Writer.TryWrite($"{name} {note}");
            })));
        return builder.Build();
    }

    private async Task PublishAsync(IHost host, string note) =>
        await host.Services.GetRequiredService<IEventPublisher>().PublishAsync(_channel, note, key: "k", cancellationToken: Timeout);
}
