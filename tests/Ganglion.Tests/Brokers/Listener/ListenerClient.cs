using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Sends requests to a listener, field by field, and reads what it answers.</summary>
internal sealed class ListenerClient : IAsyncDisposable
{
    private readonly TcpClient _client = new();
    private Stream _stream;
    private int _correlationId;

    private ListenerClient(IPEndPoint endPoint)
    {
        _client.Connect(endPoint);
        _stream = _client.GetStream();
    }

    public static ListenerClient Connect(KafkaListener listener) => new(listener.EndPoint);

    public static ListenerClient Connect(int port) => new(new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>Connects over TLS to whoever calls himself localhost.</summary>
    public static async Task<ListenerClient> ConnectTlsAsync(KafkaListener listener)
    {
        ListenerClient client = Connect(listener);
        var tls = new SslStream(client._stream, leaveInnerStreamOpen: false, static (_, certificate, _, _) => certificate?.Subject == "CN=localhost");
        await tls.AuthenticateAsClientAsync("localhost", null, checkCertificateRevocation: false);
        client._stream = tls;
        return client;
    }

    public static Task<KafkaListener> ListenAsync(EmbeddedBroker broker, int maxRequestBytes = 1024 * 1024) => KafkaListener.StartAsync(
        broker, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), MaxRequestBytes = maxRequestBytes });

    /// <summary>Sends a request and reads its answer from behind the header on.</summary>
    public async Task<WireReader> AskAsync(ApiKey key, short version, Action<WireWriter> writeBody, bool isFlexible = false)
    {
        await SendAsync(Encode(key, version, ++_correlationId, writeBody, isFlexible));
        byte[] answer = await ReceiveAsync() ?? throw new EndOfStreamException("The listener has closed the connection.");
        var reader = new WireReader(answer);
        reader.ReadInt32().ShouldBe(_correlationId);
        if (isFlexible && key != ApiKey.ApiVersions)
        {
            reader.ReadInt8();
        }

        reader.IsFlexible = isFlexible;
        return reader;
    }

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>A frame; null if the listener closes the connection.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        byte[] length = new byte[4];
        try
        {
            await _stream.ReadExactlyAsync(length, TestContext.Current.CancellationToken);
            byte[] frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
            await _stream.ReadExactlyAsync(frame, TestContext.Current.CancellationToken);
            return frame;
        }
        catch (Exception exception) when (exception is EndOfStreamException or IOException)
        {
            return null;
        }
    }

    /// <summary>Waits for an answer, and takes nothing of it.</summary>
    public async Task WhenAnsweredAsync() => await _client.Client.ReceiveAsync(new byte[1], SocketFlags.Peek, TestContext.Current.CancellationToken);

    public static byte[] Encode(ApiKey key, short version, int correlationId, Action<WireWriter> writeBody, bool isFlexible = false)
    {
        using var writer = new WireWriter();
        writer.WriteInt16((short)key);
        writer.WriteInt16(version);
        writer.WriteInt32(correlationId);
        writer.WriteString("test");
        writer.IsFlexible = isFlexible;
        writer.WriteTags();
        writeBody(writer);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, (int)writer.Length);
        return [.. length, .. writer.Finish().SelectMany(chunk => chunk.ToArray())];
    }

    /// <summary>Sends no more.</summary>
    public void Shut() => _client.Client.Shutdown(SocketShutdown.Send);

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _client.Dispose();
    }
}
