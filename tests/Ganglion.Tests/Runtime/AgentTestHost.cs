using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Events;
using Ganglion.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Runtime;

/// <summary>A real host with agents on a volatile broker, which outlives the host so that it can be started again.</summary>
internal sealed class AgentTestHost : IAsyncDisposable
{
    private readonly List<IHost> _hosts = [];

    public AgentTestHost(EmbeddedBrokerOptions? options = null)
        : this(EmbeddedBroker.CreateVolatile(options))
    {
    }

    public AgentTestHost(EmbeddedBroker broker)
    {
        Broker = broker;
    }

    public static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public EmbeddedBroker Broker { get; }

    public IHost Host => _hosts[^1];

    /// <summary>All that run.</summary>
    public IReadOnlyList<IHost> Hosts => _hosts;

    public IEventPublisher Publisher => Host.Services.GetRequiredService<IEventPublisher>();

    public static async Task<AgentTestHost> StartAsync(Action<GanglionBuilder> configure)
    {
        var host = new AgentTestHost();
        await host.RunAsync(configure);
        return host;
    }

    /// <summary>Starts a host on the broker; several may run at once.</summary>
    public async Task<IHost> RunAsync(
        Action<GanglionBuilder> configure, TimeProvider? time = null, Dictionary<string, string?>? configuration = null)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(new TestOutputLoggerProvider());
        builder.AddGanglion(ganglion =>
        {
            ganglion.UseBroker(Broker);
            configure(ganglion);
        });
        builder.Configuration.AddInMemoryCollection(configuration);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        IHost host = builder.Build();
        try
        {
            await host.StartAsync(Timeout);
        }
        catch
        {
            await ((IAsyncDisposable)host).DisposeAsync();
            throw;
        }

        _hosts.Add(host);
        return host;
    }

    /// <summary>How an agent of the newest host is doing.</summary>
    public AgentStatus StatusOf(string agent) =>
        Host.Services.GetRequiredService<IAgentStatuses>().List().Single(status => status.Agent.Name == agent);

    /// <summary>Stops the newest host without patience: what is not committed is lost, as if the process had died.</summary>
    public async Task KillAsync()
    {
        await Host.StopAsync(new CancellationToken(canceled: true)).ContinueWith(_ => { }, TaskScheduler.Default);
        await StopAsync();
    }

    /// <summary>Stops the newest host in good order.</summary>
    public async Task StopAsync()
    {
        IHost host = Host;
        _hosts.Remove(host);
        await host.StopAsync(Timeout);
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    /// <summary>Reads a topic from its beginning until it has seen so many records.</summary>
    public async Task<List<CloudEvent>> ReadAsync(string topic, int count)
    {
        List<(CloudEvent Event, Record Record)> found = await ReadRecordsAsync(topic, count);
        return [.. found.Select(one => one.Event)];
    }

    public async Task<List<(CloudEvent Event, Record Record)>> ReadRecordsAsync(string topic, int count)
    {
        TopicDescription? description = await Broker.Topics.FindAsync(topic, Timeout);
        while (description is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Timeout);
            description = await Broker.Topics.FindAsync(topic, Timeout);
        }

        await using IEventReader reader = await Broker.CreateReaderAsync(
            new ReaderOptions
            {
                From = description.Partitions.ToDictionary(
                    partition => new TopicPartition(topic, partition.Partition), _ => OffsetPosition.Earliest),
            },
            Timeout);
        var found = new List<(CloudEvent, Record)>();
        while (found.Count < count)
        {
            ConsumedBatch batch = await reader.ReadAsync(Timeout);
            foreach (ConsumedRecord record in batch.Records)
            {
                found.Add((EventCodec.Decode(record.Record, topic, batch.Partition.Partition, record.Offset), record.Record));
            }
        }

        return found;
    }

    /// <summary>Completes when so many processes share an agent's work, and each has what it is to have.</summary>
    public async Task WhenMembersAsync(string agent, int count)
    {
        while (await Broker.Groups.FindAsync(agent, Timeout) is not { State: ConsumerGroupState.Stable } group || group.Members.Count != count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Timeout);
        }
    }

    /// <summary>Appends a bare record, as any Kafka client would.</summary>
    public async Task<TopicPartitionOffset> AppendAsync(string topic, string? key, string value, int? partition = null)
    {
        await using IEventProducer producer = await Broker.CreateProducerAsync(cancellationToken: Timeout);
        var record = new Record(key is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
        return await producer.AppendAsync(new ProducerRecord(topic, record, partition), Timeout);
    }

    public async ValueTask DisposeAsync()
    {
        while (_hosts.Count > 0)
        {
            await StopAsync();
        }

        await Broker.DisposeAsync();
    }
}
