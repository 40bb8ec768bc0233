using System.Net.Sockets;
using Ganglion.Brokers.Listener;

namespace Ganglion.Tests.Brokers.Listener.Hostile;

/// <summary>Sends whatever it is given, on a connection for each.</summary>
internal static class HostileClient
{
    /// <summary>Sends bytes and no more, and reads until the listener closes the connection.</summary>
    /// <returns>How many bytes came back.</returns>
    public static async Task<int> SendAsync(KafkaListener listener, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using Socket socket = await ConnectAsync(listener, cancellationToken);
        int received = 0;
        try
        {
            await SendAllAsync(socket, bytes, cancellationToken);
            socket.Shutdown(SocketShutdown.Send);
            byte[] buffer = new byte[4096];
            for (int read; (read = await socket.ReceiveAsync(buffer, cancellationToken)) > 0;)
            {
                received += read;
            }
        }
        catch (SocketException)
        {
            // The listener has closed the connection with bytes unread.
        }

        return received;
    }

    /// <summary>Sends bytes, reads nothing, and vanishes.</summary>
    public static async Task SendAndVanishAsync(KafkaListener listener, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using Socket socket = await ConnectAsync(listener, cancellationToken);
        try
        {
            await SendAllAsync(socket, bytes, cancellationToken);
        }
        catch (SocketException)
        {
            // The listener was quicker.
        }
    }

    // Closed without a farewell, so that thousands of connections leave nothing behind.
    private static async Task<Socket> ConnectAsync(KafkaListener listener, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(enable: true, seconds: 0) };
        await socket.ConnectAsync(listener.EndPoint, cancellationToken);
        return socket;
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes, cancellationToken)..];
        }
    }
}
