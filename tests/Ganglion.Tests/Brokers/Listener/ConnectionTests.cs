using System.Net;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>What comes over the wire, and is no request.</summary>
public sealed class ConnectionTests : IAsyncLifetime
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private KafkaListener _listener = null!;

    public async ValueTask InitializeAsync() => _listener = await ListenerClient.ListenAsync(_broker);

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Theory(Timeout = 30_000)]
    [InlineData("ffffffff")] // A negative length.
    [InlineData("7fffffff")] // More than is read.
    [InlineData("00000000")] // Nothing at all.
    [InlineData("00000002" + "0000")] // Half a header.
    [InlineData("0000000a" + "7fff" + "0000" + "00000001" + "ffff")] // A request that there is not.
    [InlineData("0000000a" + "0003" + "7fff" + "00000001" + "ffff")] // A version that there is not.
    [InlineData("0000000a" + "0003" + "0000" + "00000001" + "7fff")] // A client's name that is longer than the request.
    [InlineData("0000000e" + "0003" + "0000" + "00000001" + "ffff" + "7fffffff")] // A list that is longer than the request.
    [InlineData("00000010" + "0003" + "0000" + "00000001" + "ffff" + "00000001" + "8000")] // A name that must not be null.
    [InlineData("00000012" + "0003" + "0000" + "00000001" + "ffff" + "00000001" + "0002" + "c3")] // A text that is cut off.
    [InlineData("00000012" + "0003" + "0000" + "00000001" + "ffff" + "00000001" + "0002" + "c328")] // A text that is not UTF-8.
    [InlineData("474554202f20485454502f312e310d0a0d0a")] // Another protocol.
    public async Task What_is_no_request_ends_its_connection_and_no_other(string hex)
    {
        await using ListenerClient other = ListenerClient.Connect(_listener);
        await using ListenerClient client = ListenerClient.Connect(_listener);
        await client.SendAsync(Convert.FromHexString(hex));
        if (hex.EndsWith("c3", StringComparison.Ordinal))
        {
            client.Shut();
        }

        (await client.ReceiveAsync()).ShouldBeNull();
        (await other.AskAsync(ApiKey.ApiVersions, 0, _ => { })).ReadInt16().ShouldBe((short)ErrorCode.None);
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_asks_for_versions_in_a_version_that_is_too_new_is_told_which_there_are()
    {
        await using ListenerClient client = ListenerClient.Connect(_listener);

        await client.SendAsync(ListenerClient.Encode(ApiKey.ApiVersions, 99, 1, _ => { }, isFlexible: true));

        var answer = new WireReader((await client.ReceiveAsync())!);
        answer.ReadInt32().ShouldBe(1);
        answer.ReadInt16().ShouldBe((short)ErrorCode.UnsupportedVersion);
        answer.ReadArray(api => (Key: api.ReadInt16(), Min: api.ReadInt16(), Max: api.ReadInt16()))
            .ShouldContain(((short)ApiKey.ApiVersions, (short)0, (short)3));
    }

    [Fact(Timeout = 30_000)]
    public async Task Answers_come_in_the_order_of_the_requests()
    {
        await using ListenerClient client = ListenerClient.Connect(_listener);

        await client.SendAsync([.. Enumerable.Range(0, 100).SelectMany(i => ListenerClient.Encode(ApiKey.ApiVersions, 0, i, _ => { }))]);

        for (int i = 0; i < 100; i++)
        {
            new WireReader((await client.ReceiveAsync())!).ReadInt32().ShouldBe(i);
        }
    }

    [Fact]
    public async Task An_address_in_use_is_refused()
    {
        await using EmbeddedBroker other = EmbeddedBroker.CreateVolatile();

        ListenerException exception = await Should.ThrowAsync<ListenerException>(
            () => KafkaListener.StartAsync(other, new KafkaListenerOptions { EndPoint = _listener.EndPoint }));

        exception.Code.ShouldBe("listener-address-unusable");
        exception.Message.ShouldEndWith("Choose another port, or stop what uses it.");
    }

    [Fact]
    public async Task An_address_of_another_machine_is_refused()
    {
        var elsewhere = new KafkaListenerOptions { EndPoint = IPEndPoint.Parse("192.0.2.1:9092") };

        ListenerException exception = await Should.ThrowAsync<ListenerException>(() => KafkaListener.StartAsync(_broker, elsewhere));

        exception.Code.ShouldBe("listener-address-unusable");
        exception.Message.ShouldEndWith("Choose an address that this machine has, or 0.0.0.0 for all of them.");
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_is_one_too_many_is_disconnected()
    {
        await using KafkaListener narrow = await KafkaListener.StartAsync(
            _broker, new KafkaListenerOptions { EndPoint = new(IPAddress.Loopback, 0), MaxConnections = 1 });
        await using ListenerClient first = ListenerClient.Connect(narrow);
        await first.AskAsync(ApiKey.ApiVersions, 0, _ => { });
        await using ListenerClient second = ListenerClient.Connect(narrow);

        (await second.ReceiveAsync()).ShouldBeNull();
        await first.AskAsync(ApiKey.ApiVersions, 0, _ => { });
    }
}
