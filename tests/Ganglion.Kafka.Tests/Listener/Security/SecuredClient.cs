using System.Text;
using Confluent.Kafka;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Tests.Listener.Security;

/// <summary>What those do who have to prove who they are: a client of Confluent's, and a host with an agent.</summary>
internal static class SecuredClient
{
    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    /// <summary>Writes a record and reads it, as a client of Confluent's.</summary>
    public static async Task WriteAndReadAsync(ClientConfig config)
    {
        using IProducer<string, string> producer = new ProducerBuilder<string, string>(config).Build();
        await producer.ProduceAsync("notes", new Message<string, string> { Key = "a", Value = "Hi." }, Deadline);
        var reading = new ConsumerConfig(config) { GroupId = "readers", AutoOffsetReset = Confluent.Kafka.AutoOffsetReset.Earliest };
        using IConsumer<string, string> consumer = new ConsumerBuilder<string, string>(reading).Build();
        consumer.Subscribe("notes");

        (await Task.Run(() => consumer.Consume(Deadline))).Message.Value.ShouldBe("Hi.");
        consumer.Close();
    }

    /// <summary>Lets an agent handle an event, and reads what it has published.</summary>
    public static async Task RunAgentAsync(KafkaBrokerOptions options)
    {
        using IHost host = Build(options);
        await host.StartAsync(Deadline);
        IEventBroker broker = host.Services.GetRequiredService<IEventBroker>();
        await broker.Topics.CreateAsync("told", new TopicSettings { Partitions = 1 }, Deadline);

        await host.Services.GetRequiredService<IEventPublisher>().PublishAsync("word", "Hi.", key: "k", cancellationToken: Deadline);

        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<Brokers.TopicPartition, OffsetPosition> { [new("told", 0)] = OffsetPosition.Earliest } }, Deadline);
        ConsumedBatch batch = await reader.ReadAsync(Deadline);
        Encoding.UTF8.GetString(batch.Records[0].Record.Value!.Value.Span).ShouldBe("\"Hi.\"");
        await host.StopAsync(Deadline);
    }

    /// <summary>Starts a host that is not let in.</summary>
    /// <returns>What it says.</returns>
    public static async Task<KafkaException> FailAsync(KafkaBrokerOptions options)
    {
        using IHost host = Build(options);
        return await Should.ThrowAsync<KafkaException>(() => host.StartAsync(Deadline));
    }

    private static IHost Build(KafkaBrokerOptions options)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => ganglion.UseKafka(options).AddAgent(
            "teller", agent => agent.On("word", static (string word, AgentContext context) => context.Publish("told", word))));
        return builder.Build();
    }
}
