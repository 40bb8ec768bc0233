using System.Net.Sockets;
using System.Text;

namespace Ganglion.Benchmarks.Baselines;

/// <summary>As much of a Redis client as the comparison needs: commands out, replies counted.</summary>
internal sealed class RedisConnection : IDisposable
{
    private static ReadOnlySpan<byte> IsRewriting =>
        "return tonumber(string.match(redis.call('INFO', 'persistence'), 'aof_rewrite_in_progress:(%d)'))"u8;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    private RedisConnection(Socket socket) => _socket = socket;

    public static async Task<RedisConnection> OpenAsync(int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port, cancellationToken);
        return new RedisConnection(socket);
    }

    /// <summary>A command as bytes, to be sent as often as needed.</summary>
    public static byte[] Encode(params IReadOnlyList<byte[]> parts)
    {
        using var bytes = new MemoryStream();
        bytes.Write(Encoding.ASCII.GetBytes($"*{parts.Count}\r\n"));
        foreach (byte[] part in parts)
        {
            bytes.Write(Encoding.ASCII.GetBytes($"${part.Length}\r\n"));
            bytes.Write(part);
            bytes.Write("\r\n"u8);
        }

        return bytes.ToArray();
    }

    public static byte[] Encode(string command) => Encode([.. command.Split(' ').Select(Encoding.ASCII.GetBytes)]);

    /// <summary>Sends commands at once and waits for all their replies.</summary>
    /// <exception cref="InvalidOperationException">Redis answered with an error.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> commands, int count, CancellationToken cancellationToken)
    {
        while (!commands.IsEmpty)
        {
            commands = commands[await _socket.SendAsync(commands, cancellationToken)..];
        }

        for (int i = 0; i < count; i++)
        {
            await ReadReplyAsync(cancellationToken);
        }
    }

    /// <summary>Forgets all data and begins a new append-only file, so that the next turn does not pay for this one.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        await SendAsync(Encode("FLUSHALL"), 1, cancellationToken);
        await SendAsync(Encode("BGREWRITEAOF"), 1, cancellationToken);
        byte[] rewriting = Encode("EVAL"u8.ToArray(), IsRewriting.ToArray(), "0"u8.ToArray());
        do
        {
            await Task.Delay(50, cancellationToken);
            await _socket.SendAsync(rewriting, cancellationToken);
        }
        while ((await ReadLineAsync(cancellationToken)).Number != 0);
    }

    public void Dispose() => _socket.Dispose();

    // +OK, -ERR …, :1 are one line; $15 is followed by a line of its own.
    private async ValueTask ReadReplyAsync(CancellationToken cancellationToken)
    {
        (byte kind, int length) = await ReadLineAsync(cancellationToken);
        if (kind == '$' && length > 0)
        {
            await ReadLineAsync(cancellationToken);
        }
    }

    private async ValueTask<(byte Kind, int Number)> ReadLineAsync(CancellationToken cancellationToken)
    {
        int newline;
        while ((newline = _buffer.AsSpan(_start.._end).IndexOf((byte)'\n')) < 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            int received = await _socket.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken);
            _end += received > 0 ? received : throw new InvalidOperationException("Redis has closed the connection.");
        }

        ReadOnlyMemory<byte> line = _buffer.AsMemory(_start, newline);
        _start += newline + 1;
        if (line.Span[0] == '-')
        {
            throw new InvalidOperationException("Redis: " + Encoding.UTF8.GetString(line.Span));
        }

        _ = int.TryParse(line.Span[1..].TrimEnd((byte)'\r'), out int number);
        return (line.Span[0], number);
    }
}
