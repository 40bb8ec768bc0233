using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ganglion.Kafka.Tests.Connecting;

/// <summary>
/// As much of Kafka's protocol as a client goes through until it is let in or not: ApiVersions, SaslHandshake, SaslAuthenticate with PLAIN. What
/// comes after that is not answered.
/// </summary>
internal sealed class SaslListener : IAsyncDisposable
{
    private const short AuthenticationFailed = 58;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<string[]> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _refuses;
    private readonly Task _serving;

    /// <param name="refuses">Whether nobody is let in.</param>
    public SaslListener(bool refuses)
    {
        _refuses = refuses;
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>User and password, as the last who came has told them.</summary>
    public Task<string[]> Told => _told.Task;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                try
                {
                    await ServeAsync(client.GetStream());
                }
                catch (IOException)
                {
                    // Clients close connections as they like.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It was stopped.
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        while (await ReadAsync(stream) is { } request)
        {
            byte[]? body = BinaryPrimitives.ReadInt16BigEndian(request) switch
            {
                18 => Versions(),
                17 => [0, 0, .. Int(1), .. Text("PLAIN")],
                36 => Authenticate(request),
                _ => null,
            };
            if (body is null)
            {
                return;
            }

            // The correlation id stands behind the request's kind and version.
            await stream.WriteAsync((byte[])[.. Int(4 + body.Length), .. request.AsSpan(4, 4), .. body]);
        }
    }

    private byte[] Authenticate(byte[] request)
    {
        // \0user\0password are the last of it.
        string token = Encoding.UTF8.GetString(request);
        _told.TrySetResult(token[(token.LastIndexOf('\0', token.LastIndexOf('\0') - 1) + 1)..].Split('\0'));
        return _refuses
            ? [.. Short(AuthenticationFailed), .. Text("Invalid username or password"), .. Int(0)]
            : [.. Short(0), .. Short(-1), .. Int(0)];
    }

    // Metadata up to version 9, SaslHandshake 1, ApiVersions 3, SaslAuthenticate 0; in the flexible form that version 3 has.
    private static byte[] Versions() =>
    [
        .. Short(0), 5,
        .. Short(3), .. Short(0), .. Short(9), 0,
        .. Short(17), .. Short(0), .. Short(1), 0,
        .. Short(18), .. Short(0), .. Short(3), 0,
        .. Short(36), .. Short(0), .. Short(0), 0,
        .. Int(0), 0,
    ];

    private static async Task<byte[]?> ReadAsync(NetworkStream stream)
    {
        byte[] size = new byte[4];
        if (await stream.ReadAtLeastAsync(size, 4, throwOnEndOfStream: false) < 4)
        {
            return null;
        }

        byte[] request = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
        await stream.ReadExactlyAsync(request);
        return request;
    }

    private static byte[] Text(string text) => [.. Short((short)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Short(short value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Int(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
