using System.Globalization;
using Confluent.Kafka;

namespace Ganglion.Kafka.Tests;

/// <summary>What the tests of this project stand on: Confluent's client, on the cluster that they have.</summary>
public sealed class MockClusterTests
{
    private const int Count = 1000;

    [Fact]
    public async Task A_thousand_records_get_through()
    {
        await using MockCluster cluster = await MockCluster.StartAsync();
        await cluster.CreateTopicAsync("orders", partitions: 4, replication: 3);
        using IProducer<string, string> producer = Produce(cluster);

        await Task.WhenAll(Enumerable.Range(0, Count).Select(number => SendAsync(producer, number)));

        Consume(cluster).Order().ShouldBe(Enumerable.Range(0, Count));
    }

    [Fact]
    public async Task A_broker_that_goes_down_and_comes_back_is_survived()
    {
        await using MockCluster cluster = await MockCluster.StartAsync();
        await cluster.CreateTopicAsync("orders", partitions: 2, replication: 3);
        await cluster.SetLeaderAsync("orders", partition: 0, broker: 1);
        await cluster.SetLeaderAsync("orders", partition: 1, broker: 2);
        using IProducer<string, string> producer = Produce(cluster);
        await SendAsync(producer, 0, partition: 1);

        await cluster.SetDownAsync(2);
        Task<DeliveryResult<string, string>[]> rest = Task.WhenAll(Enumerable.Range(1, Count - 2).Select(number => SendAsync(producer, number, partition: 1)));
        await SendAsync(producer, Count - 1, partition: 0);
        rest.IsCompleted.ShouldBeFalse();
        await cluster.SetUpAsync(2);
        await rest;

        Consume(cluster).Order().ShouldBe(Enumerable.Range(0, Count));
    }

    [Fact]
    public async Task A_request_fails_as_it_is_told_to()
    {
        await using MockCluster cluster = await MockCluster.StartAsync();
        await cluster.CreateTopicAsync("orders", partitions: 1);
        using IProducer<string, string> producer = Produce(cluster);

        await cluster.FailNextAsync(apiKey: 0, (int)ErrorCode.InvalidRecord);
        ProduceException<string, string> refused = await Should.ThrowAsync<ProduceException<string, string>>(() => SendAsync(producer, 0));

        refused.Error.Code.ShouldBe(ErrorCode.InvalidRecord);
        await SendAsync(producer, 1);
        Consume(cluster, count: 1).ShouldBe([1]);
    }

    [Fact]
    public async Task A_command_that_cannot_be_obeyed_is_refused()
    {
        await using MockCluster cluster = await MockCluster.StartAsync(brokers: 1);

        (await Should.ThrowAsync<InvalidOperationException>(() => cluster.SetDownAsync(2))).Message.ShouldStartWith("down 2: error ");
        (await Should.ThrowAsync<InvalidOperationException>(() => cluster.FailNextAsync(apiKey: 0))).Message.ShouldContain("unknown command");
    }

    [Fact]
    public async Task It_ends_when_nobody_can_send_it_commands_any_more()
    {
        await using MockCluster cluster = await MockCluster.StartAsync(brokers: 1);

        await cluster.CloseAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static IProducer<string, string> Produce(MockCluster cluster) =>
        new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers, EnableIdempotence = true, Acks = Acks.All })
            .SetLogHandler(static (_, _) => { })
            .Build();

    private static Task<DeliveryResult<string, string>> SendAsync(IProducer<string, string> producer, int number, int? partition = null)
    {
        string text = number.ToString(CultureInfo.InvariantCulture);
        var place = new TopicPartition("orders", partition ?? Partition.Any);
        return producer.ProduceAsync(place, new Message<string, string> { Key = text, Value = text });
    }

    // Reads so many records, or as many as there are.
    private static List<int> Consume(MockCluster cluster, int count = Count)
    {
        var config = new ConsumerConfig { BootstrapServers = cluster.BootstrapServers, GroupId = "readers", AutoOffsetReset = AutoOffsetReset.Earliest };
        using IConsumer<string, string> consumer = new ConsumerBuilder<string, string>(config).SetLogHandler(static (_, _) => { }).Build();
        consumer.Subscribe("orders");
        var numbers = new List<int>();
        while (numbers.Count < count && consumer.Consume(TimeSpan.FromSeconds(30)) is { } result)
        {
            numbers.Add(int.Parse(result.Message.Value, CultureInfo.InvariantCulture));
        }

        consumer.Close();
        return numbers;
    }
}
