using System.Net;
using System.Net.Sockets;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Hosting;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.Brokers.Listener;

public sealed class ListenForKafkaTests
{
    [Fact(Timeout = 30_000)]
    public async Task Clients_of_Kafka_are_served_while_the_host_runs()
    {
        int port = FindFreePort();
        using IHost host = Build(ganglion => ganglion.UseVolatileBroker().ListenForKafka($"localhost:{port}"));
        await host.StartAsync(TestContext.Current.CancellationToken);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        }

        await host.StopAsync(TestContext.Current.CancellationToken);

        using var late = new TcpClient();
        await Should.ThrowAsync<SocketException>(() => late.ConnectAsync(IPAddress.Loopback, port));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_broker_that_cannot_listen_keeps_the_host_from_starting()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        using IHost host = Build(ganglion => ganglion.UseBroker(new OtherBroker(broker)).ListenForKafka("127.0.0.1:0"));

        (await Should.ThrowAsync<ListenerException>(() => host.StartAsync(TestContext.Current.CancellationToken)))
            .Code.ShouldBe("listener-broker-unsuitable");
    }

    [Theory]
    [InlineData("9092")]
    [InlineData("nowhere:9092")]
    [InlineData("127.0.0.1:no")]
    public void What_is_no_address_is_refused(string endPoint) =>
        Should.Throw<ArgumentException>(() => Build(ganglion => ganglion.UseVolatileBroker().ListenForKafka(endPoint)));

    [Theory]
    [InlineData("kafka.example:9092", "kafka.example", 9092)]
    [InlineData("127.0.0.1:1", "127.0.0.1", 1)]
    [InlineData("[::1]:9092", "::1", 9092)]
    public void What_clients_are_told_to_connect_to_is_a_host_and_a_port(string text, string host, int port)
    {
        KafkaListenerRules.TryParseAddress(text, out DnsEndPoint? address).ShouldBeTrue();

        (address!.Host, address.Port).ShouldBe((host, port));
    }

    [Fact]
    public void All_faults_of_the_options_are_told_at_once()
    {
        var options = new KafkaListenerOptions
        {
            AdvertisedAddress = "kafka.example", MaxRequestBytes = 0, MaxConnections = 0, IdleTimeout = TimeSpan.Zero, InitialRebalanceDelay = TimeSpan.FromDays(50),
            GroupSessionTimeout = TimeSpan.Zero, GroupHeartbeatInterval = TimeSpan.FromSeconds(1), AuthenticationTimeout = TimeSpan.Zero, Tls = new KafkaListenerTlsOptions(),
        };

        string message = Should.Throw<ArgumentException>(() => Build(ganglion => ganglion.UseVolatileBroker().ListenForKafka(options))).Message;

        string[] faulty =
        [
            "AdvertisedAddress", "MaxRequestBytes", "MaxConnections", "IdleTimeout", "InitialRebalanceDelay", "GroupSessionTimeout is", "GroupHeartbeatInterval is",
            "AuthenticationTimeout", "Tls",
        ];
        foreach (string option in faulty)
        {
            message.ShouldContain(option);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(":9092")]
    [InlineData("kafka.example:0")]
    [InlineData("kafka.example:65536")]
    [InlineData("::1:9092")]
    [InlineData("[kafka.example]:9092")]
    public void What_clients_could_not_connect_to_is_refused(string address) => Should.Throw<ArgumentException>(
        () => Build(ganglion => ganglion.UseVolatileBroker().ListenForKafka(new KafkaListenerOptions { AdvertisedAddress = address })));

    private static IHost Build(Action<GanglionBuilder> configure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(configure);
        return builder.Build();
    }

    private sealed class OtherBroker(EmbeddedBroker broker) : DelegatingBroker(broker)
    {
        public override string System => "other";
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
