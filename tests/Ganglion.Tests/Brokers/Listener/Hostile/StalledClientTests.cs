using System.Net;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Tests.Brokers.Listener.Security;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Brokers.Listener.Hostile;

/// <summary>Clients that hold on to a connection and do nothing with it, by a clock that the test moves.</summary>
public sealed class StalledClientTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan TransactionTimeout = TimeSpan.FromMinutes(1);

    private readonly ManualTime _time = new();
    private readonly ListenerLog _log = new();
    private readonly LoggerFactory _loggers;
    private readonly EmbeddedBroker _broker;
    private KafkaListener _listener = null!;
    private ListenerClient _client = null!;

    public StalledClientTests()
    {
        _loggers = new LoggerFactory([_log]);
        _broker = EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions { TimeProvider = _time, CleanupInterval = TimeSpan.FromDays(30) });
    }

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _listener = await KafkaListener.StartAsync(
            _broker, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), IdleTimeout = Patience, LoggerFactory = _loggers });
        _client = ListenerClient.Connect(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
        _loggers.Dispose();
        _log.Dispose();
    }

    // As one whose machine is gone, and has not said so.
    [Fact(Timeout = 60_000)]
    public async Task Whoever_is_silent_is_disconnected_after_a_while_and_whoever_says_something_is_not()
    {
        await _client.AskAsync(ApiKey.ApiVersions, 0, _ => { });
        await _time.WhenTimerIsSetAsync(Patience);
        for (int i = 0; i < 2; i++)
        {
            _time.Advance(Patience - TimeSpan.FromSeconds(1));
            await _client.AskAsync(ApiKey.ApiVersions, 0, _ => { });
        }

        Task<byte[]?> end = _client.ReceiveAsync();
        while (!end.IsCompleted)
        {
            _time.Advance(Patience);
            await Task.Yield();
        }

        (await end).ShouldBeNull();
        await _log.WaitForAsync("127.0.0.1");

        _log.Lines.ShouldHaveSingleItem().ShouldStartWith("Debug The connection of the client at 127.0.0.1 has ended: It has sent nothing for 00:10:00.");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_request_that_comes_byte_by_byte_is_not_waited_for_any_longer_than_a_client_that_is_silent()
    {
        byte[] request = ListenerClient.Encode(ApiKey.ApiVersions, 0, 2, _ => { });
        await _client.SendAsync([.. ListenerClient.Encode(ApiKey.ApiVersions, 0, 1, _ => { }), request[0]]);
        await _client.ReceiveAsync();
        for (int i = 1; i < 4; i++)
        {
            await _time.WhenTimerIsSetAsync(Patience);
            _time.Advance(Patience / 5);
            await _client.SendAsync(request[i..(i + 1)]);
        }

        // Longer than the patience since the second byte, and shorter since the last.
        _time.Advance(Patience / 5 * 4);

        (await _client.ReceiveAsync()).ShouldBeNull();
        await _log.WaitForAsync("127.0.0.1");
        _log.Lines.ShouldHaveSingleItem().ShouldStartWith(
            "Warning The client at 127.0.0.1 is disconnected, for it holds up its connection: It has begun a request, and not sent the rest of it within 00:10:00.");
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_takes_no_answers_is_disconnected_after_a_while()
    {
        await _broker.Topics.CreateAsync("t", cancellationToken: Deadline);
        // More than the network has room for between the two.
        for (int i = 0; i < 16; i++)
        {
            await _client.ProduceAsync("t", ProducedBatches.Encode(-1, -1, -1, [new string('x', 1_000_000)], isTransactional: false));
        }

        byte[] request = ListenerClient.Encode(ApiKey.Fetch, 4, 1, writer => ProduceRequests.WriteFetch(writer, "t", 0));
        await _client.SendAsync([.. request, .. request]);
        await _client.WhenAnsweredAsync();

        // Nothing more is read until the answer is taken: it is the only thing that can take too long.
        Task<string> logged = _log.WaitForAsync("127.0.0.1");
        while (!logged.IsCompleted)
        {
            _time.Advance(Patience);
            await Task.Yield();
        }

        (await logged).ShouldStartWith(
            "Warning The client at 127.0.0.1 is disconnected, for it holds up its connection: It has not taken an answer of 16");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_transaction_whose_client_has_vanished_is_aborted_when_its_time_is_over()
    {
        await _broker.Topics.CreateAsync("t", cancellationToken: Deadline);
        Partition partition = _broker.Catalog.Get(new TopicPartition("t", 0));
        (long id, short epoch) = await BeginTransactionAsync();
        (await _client.ProduceAsync("t", ProducedBatches.Encode(id, epoch, 0, ["left open"], isTransactional: true), transactionalId: "transaction"))
            .ShouldBe((ErrorCode.None, 0));
        await _client.DisposeAsync();
        partition.LastStableOffset.ShouldBe(0);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        partition.Appended += () => ended.TrySetResult();

        _time.Advance(TransactionTimeout);
        await ended.Task.WaitAsync(Deadline);

        partition.LastStableOffset.ShouldBe(2);
        (await partition.ReadAsync(0, 1024, Deadline)).Records.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_waits_for_records_is_answered_by_the_clock_of_the_broker()
    {
        await _broker.Topics.CreateAsync("t", cancellationToken: Deadline);
        Task<(ErrorCode Error, ReadOnlyMemory<byte> Batches)> fetch = _client.FetchAsync("t", 0, waits: TimeSpan.FromSeconds(5));
        await _time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(5));
        fetch.IsCompleted.ShouldBeFalse();

        _time.Advance(TimeSpan.FromSeconds(5));

        (await fetch).Error.ShouldBe(ErrorCode.None);
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_would_wait_for_hours_is_answered_after_half_a_minute()
    {
        await _broker.Topics.CreateAsync("t", cancellationToken: Deadline);
        Task<(ErrorCode Error, ReadOnlyMemory<byte> Batches)> fetch = _client.FetchAsync("t", 0, waits: TimeSpan.FromHours(1));
        await _time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(30));

        _time.Advance(TimeSpan.FromSeconds(30));

        (await fetch).Error.ShouldBe(ErrorCode.None);
    }

    private async Task<(long ProducerId, short Epoch)> BeginTransactionAsync()
    {
        WireReader given = await _client.AskAsync(ApiKey.InitProducerId, 0, writer =>
        {
            writer.WriteString("transaction");
            writer.WriteInt32((int)TransactionTimeout.TotalMilliseconds);
        });
        given.ReadInt32();
        given.ReadInt16().ShouldBe((short)ErrorCode.None);
        (long id, short epoch) = (given.ReadInt64(), given.ReadInt16());
        await _client.AskAsync(ApiKey.AddPartitionsToTxn, 0, writer =>
        {
            writer.WriteString("transaction");
            writer.WriteInt64(id);
            writer.WriteInt16(epoch);
            writer.WriteArray(["t"], static (topics, topic) =>
            {
                topics.WriteString(topic);
                topics.WriteInt32Array([0]);
            });
        });
        return (id, epoch);
    }
}
