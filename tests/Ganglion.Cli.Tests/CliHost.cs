using System.Net;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Cli.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Cli.Tests;

/// <summary>A running host on a free port, and the command line that talks to it.</summary>
internal sealed class CliHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CliHost(WebApplication app, EmbeddedBroker broker)
    {
        _app = app;
        Broker = broker;
    }

    public EmbeddedBroker Broker { get; }

    public string Url => _app.Urls.First();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<CliHost> StartAsync()
    {
        EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        WebApplication app = ApiServer.Create(broker, NullLoggerFactory.Instance, kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await app.StartAsync(Cancelled);
        return new CliHost(app, broker);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await Broker.DisposeAsync();
    }

    /// <summary>Runs a command to its end, its output not being a screen.</summary>
    public Task<CliResult> RunAsync(params string[] args) => RunAsync("", args);

    public Task<CliResult> RunAsync(string input, string[] args) => CliResult.OfAsync([.. args, "--server", Url], Encoding.UTF8.GetBytes(input));

    /// <summary>Runs a command on a screen.</summary>
    public Task<CliResult> RunOnScreenAsync(params string[] args) => CliResult.OfAsync([.. args, "--server", Url], [], width: 120);

    public async Task AppendAsync(string topic, params string[] values)
    {
        await using IEventProducer producer = await Broker.CreateProducerAsync(cancellationToken: Cancelled);
        foreach (string value in values)
        {
            await producer.AppendAsync(new ProducerRecord(topic, new Record(null, Encoding.UTF8.GetBytes(value)), Partition: 0), Cancelled);
        }
    }

    public async Task<List<Record>> ReadAllAsync(string topic)
    {
        var partition = new TopicPartition(topic, 0);
        long end = await Broker.Topics.GetOffsetAsync(partition, OffsetPosition.Latest, Cancelled);
        await using IEventReader reader = await Broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [partition] = OffsetPosition.Earliest } }, Cancelled);
        var records = new List<Record>();
        while (reader.GetPosition(partition) < end)
        {
            records.AddRange((await reader.ReadAsync(Cancelled)).Records.Select(record => record.Record));
        }

        return records;
    }
}
