using System.Diagnostics;
using System.Text;
using Ganglion.Agents;
using Ganglion.Benchmarks.Harness;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Benchmarks.Children;

/// <summary>A host with handlers that have asked, and wait for the answer.</summary>
internal static class WaitingChild
{
    private const string Orders = "orders";
    private const string Questions = "questions";
    private const string Answers = "answers";
    private const string Done = "done";
    private const int Answered = 1_000;

    /// <summary>Lets <paramref name="count"/> handlers ask, and tells when all of them wait.</summary>
    public static async Task FillAsync(string folder, int count)
    {
        using IHost host = await StartAsync(folder);
        IEventBroker broker = host.Services.GetRequiredService<IEventBroker>();
        await using IEventProducer producer = await broker.CreateProducerAsync();
        const int Batch = 500;
        var records = new ProducerRecord[Batch];
        for (int sent = 0; sent < count; sent += Batch)
        {
            for (int i = 0; i < Batch; i++)
            {
                var order = new CloudEvent { Id = $"{sent + i}", Source = "/bench", Type = Orders };
                records[i] = new ProducerRecord(Orders, EventCodec.Encode(order, Encoding.UTF8.GetBytes($"order-{sent + i}")));
            }

            await producer.AppendAsync(records);
        }

        while (await CountAsync(broker, Questions) < count)
        {
            await Task.Delay(100);
        }

        Child.Tell(count);
        await host.StopAsync();
    }

    /// <summary>
    /// Opens the folder in which <paramref name="count"/> handlers wait. Tells the memory that each takes in bytes, after how many seconds the
    /// first was answered, and the 50th and 99th percentile, in milliseconds, from an answer to what its handler publishes then.
    /// </summary>
    public static async Task ResumeAsync(string folder, int count)
    {
        long started = Stopwatch.GetTimestamp();
        using IHost host = await StartAsync(folder);
        IEventBroker broker = host.Services.GetRequiredService<IEventBroker>();
        List<string> questions = await ReadIdsAsync(broker, Answered + 1);
        await using IEventProducer producer = await broker.CreateProducerAsync();
        await using IEventReader done = await broker.CreateReaderAsync(new ReaderOptions { From = await EndOfAsync(broker) });
        await AnswerAsync(producer, done, questions[0]);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        // What the host itself takes is below a thousandth of this.
        Child.Tell((double)GC.GetTotalMemory(forceFullCollection: true) / count);
        Child.Tell(seconds);

        var latencies = new Latencies();
        List<long> list = latencies.NewList(Answered);
        foreach (string question in questions.Skip(1))
        {
            long asked = Stopwatch.GetTimestamp();
            await AnswerAsync(producer, done, question);
            list.Add(Stopwatch.GetTimestamp() - asked);
        }

        double[] percentiles = latencies.Percentiles(0.5, 0.99);
        Child.Tell(percentiles[0] / 1000);
        Child.Tell(percentiles[1] / 1000);
        await host.StopAsync();
    }

    private static async Task<IHost> StartAsync(string folder)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "bench" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddGanglion(ganglion => ganglion
            .UseBroker(_ => EmbeddedBroker.OpenAsync(Path.Combine(folder, "data")).GetAwaiter().GetResult())
            .AddAgent("worker", agent => agent.On(Orders, HandleAsync), options => options.Concurrency = 1_024));
        IHost host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task HandleAsync(AgentContext context)
    {
        CloudEvent answer = await context.AskAsync<CloudEvent>(Questions, null, Answers, TimeSpan.FromDays(7));
        context.Publish(Done, answer.Id);
    }

    private static async Task AnswerAsync(IEventProducer producer, IEventReader done, string question)
    {
        var answer = new CloudEvent { Id = Guid.NewGuid().ToString(), Source = "/bench", Type = Answers, CausationId = question };
        await producer.AppendAsync(new ProducerRecord(Answers, EventCodec.Encode(answer)));
        await done.ReadAsync();
    }

    private static async Task<long> CountAsync(IEventBroker broker, string topic) =>
        (await broker.Topics.FindAsync(topic))?.Partitions.Sum(partition => partition.LatestOffset - partition.EarliestOffset) ?? 0;

    private static async Task<Dictionary<TopicPartition, OffsetPosition>> EndOfAsync(IEventBroker broker)
    {
        TopicDescription done = await broker.Topics.FindAsync(Done) ?? await broker.Topics.CreateAsync(Done, new TopicSettings { Partitions = 1 });
        return done.Partitions.ToDictionary(partition => new TopicPartition(Done, partition.Partition), _ => OffsetPosition.Latest);
    }

    // From the middle of the topic, so that a second run answers others.
    private static async Task<List<string>> ReadIdsAsync(IEventBroker broker, int count)
    {
        TopicDescription topic = (await broker.Topics.FindAsync(Questions))!;
        await using IEventReader reader = await broker.CreateReaderAsync(new ReaderOptions
        {
            From = topic.Partitions.ToDictionary(
                partition => new TopicPartition(Questions, partition.Partition), partition => OffsetPosition.At(partition.LatestOffset / 2)),
        });
        var ids = new List<string>();
        while (ids.Count < count)
        {
            ConsumedBatch batch = await reader.ReadAsync();
            ids.AddRange(batch.Records.Select(record => EventCodec.Decode(record.Record, Questions, batch.Partition.Partition, record.Offset).Id));
        }

        return [.. ids.Take(count)];
    }
}
