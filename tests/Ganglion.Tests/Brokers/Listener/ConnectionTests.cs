using System.Net;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Tests.Brokers.Listener.Security;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>What comes over the wire, and is no request.</summary>
public sealed class ConnectionTests : IAsyncLifetime
{
    private readonly ListenerLog _log = new();
    private readonly LoggerFactory _loggers;
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private KafkaListener _listener = null!;

    public ConnectionTests() => _loggers = new LoggerFactory([_log]);

    public async ValueTask InitializeAsync() => _listener = await ListenAsync(maxConnections: 100);

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
        _loggers.Dispose();
        _log.Dispose();
    }

    [Theory(Timeout = 30_000)]
    [InlineData("ffffffff", "A request of -1 bytes is announced; it has 10 at least, and 1048576 at most are read.")] // A negative length.
    [InlineData("7fffffff", "A request of 2147483647 bytes is announced")] // More than is read.
    [InlineData("00000000", "A request of 0 bytes is announced")] // Nothing at all.
    [InlineData("00000002" + "0000", "A request of 2 bytes is announced")] // Half a header.
    [InlineData("0000000a" + "7fff" + "0000" + "00000001" + "ffff", "Version 0 of request 32767 is not served.")] // A request that there is not.
    [InlineData("0000000a" + "0003" + "7fff" + "00000001" + "ffff", "Version 32767 of request 3 is not served.")] // A version that there is not.
    [InlineData("0000000a" + "0003" + "0000" + "00000001" + "7fff", "32767 bytes are asked for where 0 are left.")] // A client's name that is longer than the request.
    [InlineData("0000000e" + "0003" + "0000" + "00000001" + "ffff" + "7fffffff", "A list of 2147483647 items does not fit into the 0 bytes that are left.")] // A list that is longer than the request.
    [InlineData("00000010" + "0003" + "0000" + "00000001" + "ffff" + "00000001" + "8000", "A text is null that must not be.")] // A name that must not be null.
    [InlineData("00000012" + "0003" + "0000" + "00000001" + "ffff" + "00000001" + "0002" + "c3", "It has closed the connection within a request.")] // A text that is cut off.
    [InlineData("00000012" + "0003" + "0000" + "00000001" + "ffff" + "00000001" + "0002" + "c328", "A text is not UTF-8.")] // A text that is not UTF-8.
    [InlineData("474554202f20485454502f312e310d0a0d0a", "It speaks HTTP.")] // A browser.
    [InlineData("5353482d322e302d4f70656e5353480d0a", "A request of 1397966893 bytes is announced")] // Another protocol.
    public async Task What_is_no_request_ends_its_connection_and_no_other_and_the_log_says_why_once(string hex, string reason)
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
        await _log.WaitForAsync(reason);
        _log.Lines.ShouldHaveSingleItem();
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
    public async Task Who_is_one_too_many_is_disconnected_until_there_is_room_and_the_log_says_so_once()
    {
        await using KafkaListener narrow = await ListenAsync(maxConnections: 1);
        await using (ListenerClient first = ListenerClient.Connect(narrow))
        {
            await first.AskAsync(ApiKey.ApiVersions, 0, _ => { });
            for (int i = 0; i < 3; i++)
            {
                await using ListenerClient tooMany = ListenerClient.Connect(narrow);
                (await tooMany.ReceiveAsync()).ShouldBeNull();
            }

            await first.AskAsync(ApiKey.ApiVersions, 0, _ => { });
        }

        _log.Lines.ShouldHaveSingleItem().ShouldStartWith("Warning 1 clients are connected, and no more are let in");
        while (!await IsServedAsync(narrow))
        {
            await Task.Yield();
        }
    }

    private static async Task<bool> IsServedAsync(KafkaListener listener)
    {
        await using ListenerClient client = ListenerClient.Connect(listener);
        try
        {
            await client.SendAsync(ListenerClient.Encode(ApiKey.ApiVersions, 0, 1, _ => { }));
            return await client.ReceiveAsync() is not null;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Task<KafkaListener> ListenAsync(int maxConnections) => KafkaListener.StartAsync(_broker, new KafkaListenerOptions
    {
        EndPoint = new IPEndPoint(IPAddress.Loopback, 0), MaxRequestBytes = 1024 * 1024, MaxConnections = maxConnections, LoggerFactory = _loggers,
    });
}
