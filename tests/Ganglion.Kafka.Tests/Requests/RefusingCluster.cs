using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;

namespace Ganglion.Kafka.Tests.Requests;

/// <summary>
/// A cluster of one broker, an embedded one, whose next answers to requests of some kinds can be given in its place: what a cluster says while
/// its leaders and its controller move, and no broker that is well can be brought to.
/// </summary>
internal sealed class RefusingCluster : IAsyncDisposable
{
    public const short ListOffsets = 2;
    public const short OffsetFetch = 9;
    public const short CreateTopics = 19;
    public const short DeleteTopics = 20;
    public const short InitProducerId = 22;
    public const short DescribeConfigs = 32;
    public const short DeleteGroups = 42;

    /// <summary>No error: the broker does nothing, and says that it has.</summary>
    public const short Nothing = 0;

    /// <summary>No error: the broker does what it is asked for, and the connection is lost before it can say so.</summary>
    public const short Lost = -195;

    private readonly TcpListener _socket = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<short, ConcurrentQueue<(string Name, short Error)>> _refusals = new();
    private readonly ConcurrentDictionary<short, int> _asked = new();
    private readonly ConcurrentDictionary<short, byte[]> _last = new();
    private readonly ConcurrentDictionary<short, Func<Task>> _before = new();
    private readonly ConcurrentBag<Task> _serving = [];
    private KafkaListener _listener = null!;

    /// <summary>What answers in the end.</summary>
    public EmbeddedBroker Embedded { get; } = EmbeddedBroker.CreateVolatile();

    public string BootstrapServers => _socket.LocalEndpoint.ToString()!;

    public static async Task<RefusingCluster> StartAsync()
    {
        var cluster = new RefusingCluster();
        cluster._socket.Start();
        cluster._listener = await KafkaListener.StartAsync(
            cluster.Embedded, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), AdvertisedAddress = cluster.BootstrapServers });
        cluster._serving.Add(cluster.AcceptAsync());
        return cluster;
    }

    /// <summary>Answers the next requests of a kind, one for each error; the broker does not get them.</summary>
    /// <param name="apiKey">The kind.</param>
    /// <param name="name">The topic or the group that they are about, and no other.</param>
    /// <param name="errors">Errors of Kafka's protocol, <see cref="Nothing"/> or <see cref="Lost"/>.</param>
    public void RefuseNext(short apiKey, string name, params short[] errors)
    {
        foreach (short error in errors)
        {
            _refusals.GetOrAdd(apiKey, _ => new()).Enqueue((name, error));
        }
    }

    /// <summary>Does something before the broker gets the next request of a kind.</summary>
    public void DoBefore(short apiKey, Func<Task> action) => _before[apiKey] = action;

    /// <summary>How many requests of a kind have come.</summary>
    public int CountOf(short apiKey) => _asked.GetValueOrDefault(apiKey);

    /// <summary>The last request of a kind, as it came.</summary>
    public byte[] LastOf(short apiKey) => _last[apiKey];

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _socket.Dispose();
        await Task.WhenAll(_serving);
        await _listener.DisposeAsync();
        await Embedded.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _serving.Add(ServeAsync(await _socket.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // It is disposed of.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        using var broker = new TcpClient();
        using var turn = new SemaphoreSlim(1);
        using (client)
        {
            await broker.ConnectAsync(_listener.EndPoint, ended.Token);
            NetworkStream toClient = client.GetStream();
            Task answering = Task.Run(() => PumpAsync(broker.GetStream(), frame => SendAsync(toClient, frame, turn), ended));
            await PumpAsync(toClient, frame => HandOnAsync(frame, broker.GetStream(), toClient, turn), ended);
            await answering;
        }
    }

    private static async Task PumpAsync(NetworkStream from, Func<byte[], Task> handle, CancellationTokenSource ended)
    {
        try
        {
            byte[] length = new byte[4];
            while (true)
            {
                await from.ReadExactlyAsync(length, ended.Token);
                byte[] frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
                await from.ReadExactlyAsync(frame, ended.Token);
                await handle(frame);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One side has gone, and so the other.
            await ended.CancelAsync();
        }
    }

    private async Task HandOnAsync(byte[] request, NetworkStream toBroker, NetworkStream toClient, SemaphoreSlim turn)
    {
        short key = BinaryPrimitives.ReadInt16BigEndian(request);
        _last[key] = request;
        _asked.AddOrUpdate(key, 1, (_, count) => count + 1);
        if (_before.TryRemove(key, out Func<Task>? action))
        {
            await action();
        }

        if (!_refusals.TryGetValue(key, out ConcurrentQueue<(string Name, short Error)>? refusals) || !refusals.TryDequeue(out (string Name, short Error) refusal))
        {
            await SendAsync(toBroker, request, turn: null);
        }
        else if (refusal.Error != Lost)
        {
            await SendAsync(toClient, Answer(request, refusal.Name, refusal.Error), turn);
        }
        else
        {
            // Its answer means that the broker has obeyed.
            using var other = new TcpClient();
            await other.ConnectAsync(_listener.EndPoint, _stopping.Token);
            await SendAsync(other.GetStream(), request, turn: null);
            await other.GetStream().ReadExactlyAsync(new byte[4], _stopping.Token);
            throw new IOException("The connection is lost.");
        }
    }

    // The answers to these requests begin alike: how long to wait, a list, and the error of each item. From some version on they are flexible: lengths
    // have one byte, one too large, and every structure ends with a byte for the fields that were added (KIP-482).
    private static byte[] Answer(byte[] request, string name, short error)
    {
        short key = BinaryPrimitives.ReadInt16BigEndian(request);
        short version = BinaryPrimitives.ReadInt16BigEndian(request.AsSpan(2));
        bool isFlexible = version >= (key switch { CreateTopics => 5, DeleteGroups => 2, _ => 4 });
        byte[] end = isFlexible ? [0] : [];
        byte[] nothing = isFlexible ? [0] : [0xFF, 0xFF];
        byte[] text = [.. isFlexible ? [(byte)(name.Length + 1)] : Bytes((short)name.Length), .. Encoding.UTF8.GetBytes(name)];
        byte[] item = key switch
        {
            CreateTopics => [.. text, .. Bytes(error), .. nothing],
            DescribeConfigs => [.. Bytes(error), .. nothing, 2, .. text, .. isFlexible ? [1] : new byte[4]],
            _ => [.. text, .. Bytes(error)],
        };
        return [.. request.AsSpan(4, 4), .. end, .. new byte[4], .. isFlexible ? [2] : (byte[])[0, 0, 0, 1], .. item, .. end, .. end];
    }

    private static byte[] Bytes(short number) => [(byte)(number >> 8), (byte)number];

    private static async Task SendAsync(NetworkStream to, byte[] frame, SemaphoreSlim? turn)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, frame.Length);
        await (turn?.WaitAsync() ?? Task.CompletedTask);
        try
        {
            await to.WriteAsync((byte[])[.. length, .. frame]);
        }
        finally
        {
            turn?.Release();
        }
    }
}
