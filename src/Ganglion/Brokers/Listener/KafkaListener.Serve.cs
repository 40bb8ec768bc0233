using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Security;
using Microsoft.Extensions.Logging;

namespace Ganglion.Brokers.Listener;

// One client, from when it connects until it goes.
public sealed partial class KafkaListener
{
    private async Task ServeAsync(Socket client)
    {
        string host = (client.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "";
        bool isAsked = _tls is not null || _sasl is not null;
        TimeSpan patience = isAsked ? _options.AuthenticationTimeout : Timeout.InfiniteTimeSpan;
        using var session = new ClientSession(host, _sasl, _strangers, patience, _time, _logger);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, session.Late);
        if (isAsked)
        {
            _strangers.Add(session);
        }

        Stream? stream = null;
        _metrics.Connected();
        try
        {
            client.NoDelay = true;
            var plain = new NetworkStream(client, ownsSocket: true);
            stream = plain;
            SslStream? tls = _tls is null ? null : await _tls.AuthenticateAsync(plain, ended.Token).ConfigureAwait(false);
            stream = tls ?? stream;
            if (_sasl is null)
            {
                session.Admit(tls is null ? null : ListenerTls.PrincipalOf(tls));
            }

            await new Connection(stream, session, _apis, _options, _metrics, _time).ServeAsync(ended.Token).ConfigureAwait(false);
        }
        catch (ClientRefusedException exception)
        {
            LogRefused(host, exception.Message);
        }
        catch (MalformedRequestException exception)
        {
            LogMalformed(host, exception.Message);
        }
        catch (ClientStalledException exception)
        {
            LogStalled(host, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            LogDisconnected(host, exception.Message);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // TLS has not begun in time, or nobody listens any more.
        }
        catch (Exception exception)
        {
            LogFailed(exception, host);
        }
        finally
        {
            if ((session.Refusal ?? (session.Late.IsCancellationRequested ? $"It has taken longer than {_options.AuthenticationTimeout}." : null)) is { } reason)
            {
                LogRefused(host, reason);
            }

            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            client.Dispose();
            _metrics.Disconnected();
        }
    }

    [LoggerMessage(1031, LogLevel.Warning, "The client at {Host} is disconnected, for it does not speak Kafka's protocol: {Fault}")]
    private partial void LogMalformed(string host, string fault);

    [LoggerMessage(1032, LogLevel.Debug, "The connection of the client at {Host} has ended: {Reason}")]
    private partial void LogDisconnected(string host, string reason);

    [LoggerMessage(1033, LogLevel.Error, "The client at {Host} is disconnected, because what it asked for failed.")]
    private partial void LogFailed(Exception exception, string host);

    [LoggerMessage(1040, LogLevel.Warning, "The client at {Host} is disconnected, for it holds up its connection: {Reason}")]
    private partial void LogStalled(string host, string reason);

    [LoggerMessage(1035, LogLevel.Warning, "The client at {Host} is not let in: {Reason}")]
    private partial void LogRefused(string host, string reason);
}
