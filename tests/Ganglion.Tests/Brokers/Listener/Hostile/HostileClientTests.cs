using System.Net;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Tests.Brokers.Listener.Security;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Brokers.Listener.Hostile;

/// <summary>What clients send that mean no good, to a listener that serves others meanwhile.</summary>
public sealed class HostileClientTests : IAsyncLifetime
{
    private const int AtATime = 4;

    private readonly ListenerLog _log = new();
    private readonly LoggerFactory _loggers;
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions { AutoCreateTopics = false });
    private readonly List<Exception> _unobserved = [];
    private ServedRequests _served = null!;
    private KafkaListener _listener = null!;
    private Guid _topicId;

    public HostileClientTests() => _loggers = new LoggerFactory([_log]);

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        TaskScheduler.UnobservedTaskException += OnUnobserved;
        _topicId = (await _broker.Topics.CreateAsync(PlausibleValues.Topic, cancellationToken: Deadline)).Id;
        await _broker.Topics.CreateAsync("other", cancellationToken: Deadline);
        _listener = await KafkaListener.StartAsync(_broker, new KafkaListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0), MaxRequestBytes = 1024 * 1024, InitialRebalanceDelay = TimeSpan.Zero, LoggerFactory = _loggers,
        });
        _served = new ServedRequests(_broker);
    }

    public async ValueTask DisposeAsync()
    {
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
        _loggers.Dispose();
        _log.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_request_is_answered_in_every_version_that_is_served()
    {
        var frames = new HostileFrames(_topicId, new Random(1));
        await using ListenerClient client = ListenerClient.Connect(_listener);
        foreach ((Api api, short version) in _served.All)
        {
            byte[] frame = frames.Encode(api, version);
            await client.SendAsync(frame);

            byte[]? answer = await client.ReceiveAsync();

            answer.ShouldNotBeNull($"{api.Key} {version}: {string.Join('\n', _log.Lines)}");
            answer[..4].ShouldBe(frame[8..12], $"{api.Key} {version}");
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_request_that_is_cut_wherever_it_is_ends_its_connection_with_one_reason_and_no_answer()
    {
        var frames = new HostileFrames(_topicId, new Random(1));
        byte[][] cut = [.. _served.Newest.SelectMany(one => HostileFrames.Cut(frames.Encode(one.Api, one.Version)))];

        int answered = 0;
        await Parallel.ForEachAsync(cut, Options(), async (frame, cancellationToken) =>
            Interlocked.Add(ref answered, await HostileClient.SendAsync(_listener, frame, cancellationToken)));
        await _listener.DisposeAsync();

        answered.ShouldBe(0);
        _log.Lines.Count.ShouldBe(cut.Length);
        _log.Lines.ShouldAllBe(line => line.StartsWith("Warning The client at 127.0.0.1 is disconnected, for it does not speak Kafka's protocol: ", StringComparison.Ordinal));
        ShouldShowNothing();
    }

    [Theory(Timeout = 120_000)]
    [InlineData(2026)]
    public async Task Whatever_is_sent_harms_neither_the_broker_nor_another_client(int seed)
    {
        var frames = new HostileFrames(_topicId, new Random(seed));
        byte[][] spoilt = [.. _served.All.SelectMany(one => frames.Spoil(one.Api, one.Version))];
        byte[][] many = [.. _served.All.Select(one => Enumerable.Repeat(0, 5).SelectMany(_ => frames.Encode(one.Api, one.Version)).ToArray())];
        using var done = new CancellationTokenSource();
        Task<int> other = WriteAsync(done.Token);

        await Parallel.ForEachAsync(spoilt, Options(), async (frame, cancellationToken) => await HostileClient.SendAsync(_listener, frame, cancellationToken));
        await Parallel.ForEachAsync(many, Options(), async (row, cancellationToken) => await HostileClient.SendAndVanishAsync(_listener, row, cancellationToken));
        await done.CancelAsync();
        int written = await other;
        await _listener.DisposeAsync();

        written.ShouldBeGreaterThan(0);
        (await ReadAsync("other")).ShouldBe(Enumerable.Range(0, written).Select(i => $"{i}"));
        (await ReadAsync(PlausibleValues.Topic)).ShouldAllBe(value => value == PlausibleValues.Content);
        _log.Lines.Count.ShouldBeLessThanOrEqualTo(spoilt.Length + many.Length + 1);
        _log.Lines.ShouldAllBe(line => !line.StartsWith("Error", StringComparison.Ordinal));
        ShouldShowNothing();
    }

    private static ParallelOptions Options() => new() { MaxDegreeOfParallelism = AtATime, CancellationToken = Deadline };

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs e)
    {
        if (e.Exception.ToString().Contains("Ganglion.Brokers.Listener", StringComparison.Ordinal))
        {
            lock (_unobserved)
            {
                _unobserved.Add(e.Exception);
            }
        }
    }

    private void ShouldShowNothing()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        lock (_unobserved)
        {
            _unobserved.ShouldBeEmpty();
        }

        _log.Lines.ShouldAllBe(line => !line.Contains(PlausibleValues.Content, StringComparison.Ordinal));
    }

    // Numbers, one after the other, each when the one before is there.
    private async Task<int> WriteAsync(CancellationToken done)
    {
        await using ListenerClient client = ListenerClient.Connect(_listener);
        int written = 0;
        for (; !done.IsCancellationRequested; written++)
        {
            (await client.ProduceAsync("other", ProducedBatches.Encode(-1, -1, -1, [$"{written}"], isTransactional: false))).ShouldBe((ErrorCode.None, written));
        }

        return written;
    }

    private async Task<List<string>> ReadAsync(string topic)
    {
        Partition partition = _broker.Catalog.Get(new TopicPartition(topic, 0));
        var values = new List<string>();
        for (long offset = partition.EarliestOffset; offset < partition.LastStableOffset;)
        {
            ConsumedBatch batch = await partition.ReadAsync(offset, 1024 * 1024, Deadline);
            values.AddRange(batch.Records.Select(record => Encoding.UTF8.GetString(record.Record.Value!.Value.Span)));
            offset = batch.NextOffset;
        }

        return values;
    }
}
