using System.Net.Sockets;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Ganglion.Cli.Hosting;

/// <summary>
/// Serves a data folder to this process alone, on a socket in a private folder. So a command speaks the same API, whether the
/// events are with a running host or in a folder.
/// </summary>
internal sealed class DataFolderHost : IAsyncDisposable
{
    // macOS takes the shortest.
    private const int MaxSocketPathBytes = 103;

    private readonly WebApplication _app;
    private readonly IEventBroker _broker;
    private readonly DirectoryInfo _socketFolder = Directory.CreateTempSubdirectory("ganglion-");

    private DataFolderHost(IEventBroker broker, ILoggerFactory loggers)
    {
        _broker = broker;
        _app = ApiServer.Create(broker, loggers, kestrel => kestrel.ListenUnixSocket(SocketPath));
    }

    private string SocketPath => Path.Combine(_socketFolder.FullName, "api.sock");

    public static async Task<DataFolderHost> OpenAsync(DirectoryInfo folder, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        CheckTemporaryFolder(Path.GetTempPath());
        IEventBroker broker = await EmbeddedBroker.OpenAsync(
            folder.FullName, new EmbeddedBrokerOptions { LoggerFactory = loggers }, cancellationToken).ConfigureAwait(false);
        var host = new DataFolderHost(broker, loggers);
        try
        {
            await host._app.StartAsync(cancellationToken).ConfigureAwait(false);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <exception cref="CliException">The path of a socket in the folder is longer than systems allow.</exception>
    public static void CheckTemporaryFolder(string path)
    {
        if (Encoding.UTF8.GetByteCount(Path.Combine(path, "ganglion-XXXXXX", "api.sock")) > MaxSocketPathBytes)
        {
            throw new CliException($"The path of the temporary folder, {path}, is too long for a socket: let TMPDIR name a shorter one.");
        }
    }

    /// <summary>Connects a client to the socket, whatever address it asks for.</summary>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellationToken).ConfigureAwait(false);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().ConfigureAwait(false);
        await _broker.DisposeAsync().ConfigureAwait(false);
        _socketFolder.Delete(recursive: true);
    }
}
