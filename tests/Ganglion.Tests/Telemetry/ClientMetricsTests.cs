using System.Diagnostics.Metrics;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Telemetry;

public sealed class ClientMetricsTests : IAsyncLifetime
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private IEventProducer _producer = null!;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _producer = await _broker.CreateProducerAsync(cancellationToken: Timeout);

    public async ValueTask DisposeAsync()
    {
        await _producer.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task What_a_producer_sends_is_counted_and_timed()
    {
        using var measured = new Measurements("messaging.destination.name", "metered.sent");
        await _producer.AppendAsync(To("metered.sent"), Timeout);
        await _producer.AppendAsync([To("metered.sent"), To("metered.sent")], Timeout);
        await _producer.AppendAsync([To("metered.sent"), To("elsewhere")], Timeout);

        measured.Of("messaging.client.sent.messages").Select(one => one.Value).ShouldBe([1, 2, 1]);
        Measurements.Measurement[] timed = [.. measured.Of("messaging.client.operation.duration")];
        timed.Length.ShouldBe(2, "What went to several topics is timed without one.");
        timed.ShouldAllBe(one => one.Unit == "s" && one.Value > 0);
        timed[0].Tags.ShouldBe(
            new Dictionary<string, object?>
            {
                ["messaging.operation.name"] = "send",
                ["messaging.operation.type"] = "send",
                ["messaging.system"] = "ganglion",
                ["messaging.destination.name"] = "metered.sent",
            },
            ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_refused_is_counted_with_its_error()
    {
        using var measured = new Measurements("messaging.destination.name", "metered/refused");

        await Should.ThrowAsync<TopicException>(() => _producer.AppendAsync(To("metered/refused"), Timeout).AsTask());

        measured.Of("messaging.client.sent.messages").ShouldHaveSingleItem().Tags["error.type"].ShouldBe("topic-name-invalid");
        measured.Of("messaging.client.operation.duration").ShouldHaveSingleItem().Tags["error.type"].ShouldBe("topic-name-invalid");
    }

    [Fact]
    public async Task What_a_member_of_a_group_reads_and_commits_is_counted_and_timed()
    {
        using var measured = new Measurements("messaging.consumer.group.name", "metered");
        await _producer.AppendAsync([To("metered.read"), To("metered.read")], Timeout);
        await using IEventConsumer consumer = await _broker.CreateConsumerAsync(
            new ConsumerOptions { GroupId = "metered", Topics = ["metered.read"], AutoOffsetReset = AutoOffsetReset.Earliest }, Timeout);

        ConsumedBatch batch = await consumer.ReadAsync(Timeout);
        await consumer.CommitAsync(
            new Dictionary<TopicPartition, OffsetAndMetadata> { [batch.Partition] = new OffsetAndMetadata(batch.NextOffset) }, Timeout);

        Measurements.Measurement read = measured.Of("messaging.client.consumed.messages").ShouldHaveSingleItem();
        read.Value.ShouldBe(2);
        read.Tags["messaging.operation.name"].ShouldBe("poll");
        read.Tags["messaging.destination.name"].ShouldBe("metered.read");
        Measurements.Measurement committed = measured.Of("messaging.client.operation.duration").ShouldHaveSingleItem();
        committed.Tags["messaging.operation.name"].ShouldBe("commit");
        committed.Tags["messaging.operation.type"].ShouldBe("settle");
    }

    [Fact]
    public async Task The_brokers_instruments_are_made_where_its_options_say()
    {
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        IMeterFactory meters = services.GetRequiredService<IMeterFactory>();
        var published = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == GanglionTelemetry.MeterName && instrument.Meter.Scope == meters)
                {
                    published.Add(instrument.Name);
                }
            },
        };
        listener.Start();

        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions { MeterFactory = meters });

        published.ShouldBe(
            ["messaging.client.sent.messages", "messaging.client.consumed.messages", "messaging.client.operation.duration"], ignoreOrder: true);
    }

    private static ProducerRecord To(string topic) => new(topic, new Record(null, "x"u8.ToArray()));
}
