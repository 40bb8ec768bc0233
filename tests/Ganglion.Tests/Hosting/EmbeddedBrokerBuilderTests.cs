using System.Net;
using System.Net.Sockets;
using Ganglion.Brokers.Listener;
using Ganglion.Hosting;
using Ganglion.Tests.Brokers.Listener.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Hosting;

public sealed class EmbeddedBrokerBuilderTests
{
    private const string Anywhere = "localhost:0";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task Clients_of_Kafka_are_served_wherever_the_broker_listens_while_the_host_runs()
    {
        using var log = new ListenerLog();
        using IHost host = Build(ganglion => ganglion.UseVolatileBroker(broker => broker.ListenForKafka(Anywhere).ListenForKafka(Anywhere)), log);
        await host.StartAsync(Cancelled);
        IPEndPoint[] endPoints = EndPointsOf(host);
        foreach (IPEndPoint endPoint in endPoints)
        {
            await ConnectAsync(endPoint);
            await log.WaitForAsync($"Clients of Kafka are served at {endPoint}, and told to connect to {endPoint}, with security.protocol=PLAINTEXT.");
        }

        await host.StopAsync(Cancelled);

        endPoints.Distinct().Count().ShouldBe(2);
        foreach (IPEndPoint endPoint in endPoints)
        {
            await Should.ThrowAsync<SocketException>(() => ConnectAsync(endPoint));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_host_that_cannot_listen_does_not_start_and_lets_go_of_where_it_can()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        IPEndPoint free;
        using (IHost host = Build(ganglion => ganglion.UseVolatileBroker(broker => broker.ListenForKafka(Anywhere).ListenForKafka($"{other.LocalEndpoint}"))))
        {
            ListenerException exception = await Should.ThrowAsync<ListenerException>(() => host.StartAsync(Cancelled));

            exception.Code.ShouldBe("listener-address-unusable");
            exception.Message.ShouldContain($"{other.LocalEndpoint}");
            free = EndPointsOf(host).ShouldHaveSingleItem();
            await ConnectAsync(free);
        }

        await Should.ThrowAsync<SocketException>(() => ConnectAsync(free));
    }

    [Fact(Timeout = 30_000)]
    public async Task Where_a_broker_listens_is_forgotten_with_it()
    {
        using IHost host = Build(ganglion => ganglion.UseVolatileBroker(broker => broker.ListenForKafka(Anywhere)).UseVolatileBroker());

        await host.StartAsync(Cancelled);

        EndPointsOf(host).ShouldBeEmpty();
    }

    [Fact]
    public void What_cannot_be_meant_is_refused_when_it_is_said()
    {
        Should.Throw<ArgumentException>(() => Build(ganglion => ganglion.UseVolatileBroker(broker => broker.ListenForKafka("nowhere:9092"))))
            .Message.ShouldContain("'nowhere:9092' is no address and port");
        Should.Throw<ArgumentException>(() => Build(ganglion => ganglion.UseEmbeddedBroker(" ")));
    }

    private static IPEndPoint[] EndPointsOf(IHost host) =>
        [.. host.Services.GetServices<IHostedService>().OfType<KafkaListenerService>().Single().Listeners.Select(listener => listener.EndPoint)];

    private static async Task ConnectAsync(IPEndPoint endPoint)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(endPoint, Cancelled);
    }

    private static IHost Build(Action<GanglionBuilder> configure, ILoggerProvider? log = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        builder.AddGanglion(configure);
        return builder.Build();
    }
}
