using System.Net;
using Ganglion.Brokers.Listener;

namespace Ganglion.Tests.Brokers.Listener;

public sealed class KafkaListenerRulesTests
{
    [Theory]
    [InlineData("kafka.example:9092", "kafka.example", 9092)]
    [InlineData("127.0.0.1:1", "127.0.0.1", 1)]
    [InlineData("[::1]:9092", "::1", 9092)]
    public void What_clients_are_told_to_connect_to_is_a_host_and_a_port(string text, string host, int port)
    {
        KafkaListenerRules.TryParseAddress(text, out DnsEndPoint? address).ShouldBeTrue();

        (address!.Host, address.Port).ShouldBe((host, port));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":9092")]
    [InlineData("kafka.example:0")]
    [InlineData("kafka.example:65536")]
    [InlineData("::1:9092")]
    [InlineData("[kafka.example]:9092")]
    public void What_clients_could_not_connect_to_is_refused(string address) =>
        Should.Throw<ArgumentException>(() => KafkaListenerRules.Check(new KafkaListenerOptions { AdvertisedAddress = address }));

    [Theory]
    [InlineData("localhost:9092", "127.0.0.1:9092")]
    [InlineData("0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("[::1]:9092", "[::1]:9092")]
    public void Where_it_listens_is_an_address_of_the_machine_and_a_port(string text, string endPoint)
    {
        KafkaListenerRules.TryParseEndPoint(text, out IPEndPoint? parsed).ShouldBeTrue();

        parsed.ShouldBe(IPEndPoint.Parse(endPoint));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("9092")]
    [InlineData("1:9092")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:no")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("::1:9092")]
    [InlineData("kafka.example:9092")]
    public void What_is_no_address_of_a_machine_is_none_to_listen_at(string? text) =>
        KafkaListenerRules.TryParseEndPoint(text, out _).ShouldBeFalse();

    [Fact]
    public void All_faults_of_the_options_are_told_at_once()
    {
        var options = new KafkaListenerOptions
        {
            AdvertisedAddress = "kafka.example", MaxRequestBytes = 0, MaxConnections = 0, IdleTimeout = TimeSpan.Zero, InitialRebalanceDelay = TimeSpan.FromDays(50),
            GroupSessionTimeout = TimeSpan.Zero, GroupHeartbeatInterval = TimeSpan.FromSeconds(1), AuthenticationTimeout = TimeSpan.Zero, Tls = new KafkaListenerTlsOptions(),
        };

        string message = Should.Throw<ArgumentException>(() => KafkaListenerRules.Check(options)).Message;

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
}
