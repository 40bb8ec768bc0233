using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;

namespace Ganglion.Mcp.Serving;

/// <summary>Serves the client that has started this process, over its standard input and output, and ends the host when the client has gone.</summary>
internal sealed class StandardStreams : BackgroundService
{
    private readonly AgentToolServer _server;
    private readonly McpServerSetup _setup;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILoggerFactory _loggers;
    private readonly Stream _output;

    public StandardStreams(AgentToolServer server, McpServerSetup setup, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    {
        _server = server;
        _setup = setup;
        _lifetime = lifetime;
        _loggers = loggers;

        // What anybody else writes to the output would be no message of the protocol.
        _output = Console.OpenStandardOutput();
        Console.SetOut(Console.Error);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var transport = new StreamServerTransport(Console.OpenStandardInput(), _output, _setup.Name, _loggers);
            await using var own = transport.ConfigureAwait(false);
            await _server.RunAsync(transport, stoppingToken).ConfigureAwait(false);
        }
        finally
        {
            _lifetime.StopApplication();
        }
    }
}
