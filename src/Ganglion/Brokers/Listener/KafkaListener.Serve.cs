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
        Stream? stream = null;
        try
        {
            client.NoDelay = true;
            stream = new NetworkStream(client, ownsSocket: true);
            if (_tls is not null)
            {
                stream = await BeginTlsAsync(_tls, stream, host).ConfigureAwait(false);
            }

            await new Connection(stream, host, _apis, _options).ServeAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (ClientRefusedException exception)
        {
            LogRefused(host, exception.Message);
        }
        catch (MalformedRequestException exception)
        {
            LogMalformed(host, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            LogDisconnected(host, exception.Message);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // TLS has not begun, and nobody listens any more.
        }
        catch (Exception exception)
        {
            LogFailed(exception, host);
        }
        finally
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            client.Dispose();
        }
    }

    private async Task<Stream> BeginTlsAsync(ListenerTls tls, Stream stream, string host)
    {
        using var deadline = new CancellationTokenSource(_options.AuthenticationTimeout, _time);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, deadline.Token);
        try
        {
            SslStream secured = await tls.AuthenticateAsync(stream, until.Token).ConfigureAwait(false);
            if (ListenerTls.PrincipalOf(secured) is { } principal)
            {
                LogCertificate(host, principal);
            }

            return secured;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new ClientRefusedException($"TLS has not begun within {_options.AuthenticationTimeout}.");
        }
    }

    [LoggerMessage(1031, LogLevel.Warning, "The client at {Host} is disconnected, for it does not speak Kafka's protocol: {Fault}")]
    private partial void LogMalformed(string host, string fault);

    [LoggerMessage(1032, LogLevel.Debug, "The client at {Host} has gone: {Fault}")]
    private partial void LogDisconnected(string host, string fault);

    [LoggerMessage(1033, LogLevel.Error, "The client at {Host} is disconnected, because what it asked for failed.")]
    private partial void LogFailed(Exception exception, string host);

    [LoggerMessage(1035, LogLevel.Warning, "The client at {Host} is not let in: {Reason}")]
    private partial void LogRefused(string host, string reason);

    [LoggerMessage(1036, LogLevel.Debug, "The client at {Host} is '{Principal}', as its certificate says.")]
    private partial void LogCertificate(string host, string principal);
}
