using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Tests.Telemetry;

namespace Ganglion.Tests.Brokers.Listener;

public sealed class ListenerMetricsTests
{
    [Fact]
    public async Task Who_is_connected_is_counted_until_he_goes()
    {
        double[] connections = [];
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        KafkaListener listener = await ListenerClient.ListenAsync(broker);
        using var measured = new Measurements("server.port", listener.EndPoint.Port);
        await using (ListenerClient client = ListenerClient.Connect(listener))
        {
            await client.AskAsync(ApiKey.ApiVersions, 0, static _ => { });
            connections = Connections();
        }

        await listener.DisposeAsync();

        connections.ShouldBe([1]);
        Connections().ShouldBe([1, -1]);

        double[] Connections() => [.. measured.Of("ganglion.listener.connections").Select(one => one.Value)];
    }

    [Fact]
    public async Task Each_answer_is_timed_with_the_name_of_its_request()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        KafkaListener listener = await ListenerClient.ListenAsync(broker);
        using var measured = new Measurements("server.port", listener.EndPoint.Port);
        await using (ListenerClient client = ListenerClient.Connect(listener))
        {
            await client.AskAsync(ApiKey.ApiVersions, 0, static _ => { });
            await client.AskAsync(ApiKey.ListGroups, 0, static _ => { });
        }

        await listener.DisposeAsync();

        Measurements.Measurement[] timed = [.. measured.Of("ganglion.listener.request.duration")];
        timed.Select(one => one.Tags["ganglion.listener.request"]).ShouldBe(["ApiVersions", "ListGroups"]);
        timed.ShouldAllBe(one => one.Unit == "s" && one.Value > 0);
    }
}
