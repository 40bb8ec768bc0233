using System.Text.Json;
using Ganglion.Tools;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Ganglion.Mcp.Calling;

/// <summary>A server, and whatever connection there is to it: it is made again whenever it ends, and the tools are listed again with it, or when the server says that they have changed.</summary>
internal sealed partial class McpConnection(string name, McpToolsOptions options, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private const int MostTools = 128;
    private const int LongestLine = 2_000;
    private const string FirstRevisionToAsk = "2026-07-28";
    private const double ClearlyDestructive = 0.8;

    private readonly ILogger _logger = loggers.CreateLogger<McpConnection>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _changed = new(0, 1);
    private volatile TaskCompletionSource<McpClient> _client = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IReadOnlyList<AITool> _tools = [];
    private int _disposed;
    private Task _keeping = Task.CompletedTask;

    public string Name => name;

    public IReadOnlyList<AITool> Tools => _tools;

    public bool IsConnected => _client.Task.IsCompletedSuccessfully;

    /// <summary>Begins; completes when it was tried once, whatever came of it.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _keeping = Task.Run(KeepAsync, CancellationToken.None);
        await _tried.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stopping.Dispose();
            _changed.Dispose();
        }
    }

    /// <summary>Calls a tool.</summary>
    /// <exception cref="McpToolsException">There is no connection, and none came in time (<c>mcp-unavailable</c>).</exception>
    public async Task<CallToolResult> CallAsync(string tool, IReadOnlyDictionary<string, object?> arguments, CancellationToken cancellationToken)
    {
        McpClient client;
        try
        {
            client = await _client.Task.WaitAsync(options.ConnectTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new McpToolsException("mcp-unavailable", $"The server '{name}' cannot be reached. It is tried again and again.", exception);
        }

        try
        {
            return await client.CallToolAsync(tool, arguments, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && client.Completion.IsCompleted)
        {
            throw new McpToolsException("mcp-unavailable", $"The connection to the server '{name}' has ended during the call. Whether it has done something is not known.", exception);
        }
    }

    private async Task KeepAsync()
    {
        TimeSpan pause = options.ReconnectDelay;
        while (!_stopping.IsCancellationRequested)
        {
            long begun = time.GetTimestamp();
            try
            {
                await UseAsync().ConfigureAwait(false);
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                LogUnreachable(exception, name, pause);
            }

            _tried.TrySetResult();
            pause = time.GetElapsedTime(begun) > options.MaxReconnectDelay ? options.ReconnectDelay : pause;
            await Task.Delay(pause, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = TimeSpan.FromTicks(Math.Min(options.MaxReconnectDelay.Ticks, pause.Ticks * 2));
        }

        _tried.TrySetResult();
    }

    // One connection, from its beginning to its end.
    private async Task UseAsync()
    {
        McpClient client = await ConnectAsync().ConfigureAwait(false);
        await using var own = client.ConfigureAwait(false);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        Task listening = Task.CompletedTask;
        try
        {
            await ListAsync(client).ConfigureAwait(false);
            _client.SetResult(client);
            _tried.TrySetResult();
            listening = ListenAsync(client, ended.Token);
            while (true)
            {
                Task changed = _changed.WaitAsync(ended.Token);
                if (await Task.WhenAny(client.Completion, changed).ConfigureAwait(false) != changed)
                {
                    LogEnded((await client.Completion.ConfigureAwait(false)).Exception, name);
                    return;
                }

                await changed.ConfigureAwait(false);
                await ListAsync(client).ConfigureAwait(false);
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_client.Task.IsCompleted)
            {
                _client = new TaskCompletionSource<McpClient>(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    // Since the revision 2026-07-28 a server tells only those who have asked for it that its tools have changed; before, it told all.
    private async Task ListenAsync(McpClient client, CancellationToken cancellationToken)
    {
        if (string.CompareOrdinal(client.NegotiatedProtocolVersion, FirstRevisionToAsk) < 0 || client.ServerCapabilities.Tools?.ListChanged != true)
        {
            return;
        }

        var wanted = new SubscriptionsListenRequestParams { Notifications = new SubscriptionsListenNotifications { ToolsListChanged = true } };
        while (true)
        {
            try
            {
                await client.SendRequestAsync(
                    new JsonRpcRequest { Method = RequestMethods.SubscriptionsListen, Params = JsonSerializer.SerializeToNode(wanted, McpJsonUtilities.DefaultOptions) },
                    cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogDeaf(exception, name);
            }

            // What was told in between is lost: the tools are listed once more.
            await Task.Delay(options.MaxReconnectDelay, time, cancellationToken).ConfigureAwait(false);
            await NoteChange().ConfigureAwait(false);
        }
    }

    private async Task<McpClient> ConnectAsync()
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        given.CancelAfter(options.ConnectTimeout);
        var client = new McpClientOptions
        {
            ClientInfo = new Implementation { Name = "Ganglion", Version = typeof(McpConnection).Assembly.GetName().Version!.ToString(3) },
            InitializationTimeout = options.ConnectTimeout,
            Handlers = new McpClientHandlers { NotificationHandlers = [new(NotificationMethods.ToolListChangedNotification, (_, _) => NoteChange())] },
        };
        IClientTransport transport = CreateTransport();
        try
        {
            return await McpClient.CreateAsync(transport, client, loggers, given.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!_stopping.IsCancellationRequested)
        {
            throw new McpToolsException("mcp-unavailable", $"The server '{name}' has not answered within {options.ConnectTimeout}.", exception);
        }
    }

    private IClientTransport CreateTransport()
    {
        if (options.Url is { } url)
        {
            return new HttpClientTransport(
                new HttpClientTransportOptions
                {
                    Endpoint = url, Name = name, TransportMode = HttpTransportMode.StreamableHttp, ConnectionTimeout = options.ConnectTimeout, AdditionalHeaders = options.Headers,
                },
                loggers);
        }

        // Nothing of this process's own environment, but what every program needs.
        Dictionary<string, string?> environment = StdioClientTransportOptions.GetDefaultEnvironmentVariables();
        foreach ((string variable, string value) in options.Environment)
        {
            environment[variable] = value;
        }

        return new StdioClientTransport(
            new StdioClientTransportOptions
            {
                Command = options.Command!,
                Arguments = options.Arguments,
                Name = name,
                WorkingDirectory = options.WorkingDirectory,
                InheritEnvironmentVariables = false,
                EnvironmentVariables = environment,
                ShutdownTimeout = options.Farewell,
                StandardErrorLines = line => LogLine(name, line.Length > LongestLine ? line[..LongestLine] : line),
            },
            loggers);
    }

    private ValueTask NoteChange()
    {
        try
        {
            _changed.Release();
        }
        catch (Exception exception) when (exception is SemaphoreFullException or ObjectDisposedException)
        {
            // It will be listed anyway, or not at all.
        }

        return default;
    }

    private async Task ListAsync(McpClient client)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        given.CancelAfter(options.ConnectTimeout);
        var tools = new Dictionary<string, AITool>(StringComparer.Ordinal);
        string? cursor = null;
        do
        {
            ListToolsResult page = await client.ListToolsAsync(new ListToolsRequestParams { Cursor = cursor }, given.Token).ConfigureAwait(false);
            foreach (Tool tool in page.Tools.Where(tool => McpNames.IsWanted(tool.Name, options.Only)))
            {
                string own = McpNames.Of(name, tool.Name);
                if (tools.Count == MostTools || !tools.TryAdd(own, new AgentTool(new McpTool(this, own, tool), OptionsOf(tool))))
                {
                    LogLeftOut(name, tool.Name, own);
                }
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null && tools.Count < MostTools);

        _tools = [.. tools.Values];
        LogListed(name, tools.Count);
    }

    // What a server says of its tools is believed only where that makes one more careful.
    private ToolOptions OptionsOf(Tool tool) => tool.Annotations?.DestructiveHint == true && options.Call.Risk < ClearlyDestructive
        ? options.Call with { Risk = ClearlyDestructive }
        : options.Call;

    [LoggerMessage(272, LogLevel.Information, "The server {Server} has {Count} tools.")]
    private partial void LogListed(string server, int count);

    [LoggerMessage(273, LogLevel.Warning, "The server {Server} cannot be reached; it is tried again in {Pause}.")]
    private partial void LogUnreachable(Exception exception, string server, TimeSpan pause);

    [LoggerMessage(274, LogLevel.Warning, "The connection to the server {Server} has ended; it is made again.")]
    private partial void LogEnded(Exception? exception, string server);

    [LoggerMessage(275, LogLevel.Debug, "{Server}: {Line}")]
    private partial void LogLine(string server, string line);

    [LoggerMessage(277, LogLevel.Debug, "The server {Server} does not tell when its tools change.")]
    private partial void LogDeaf(Exception exception, string server);

    [LoggerMessage(276, LogLevel.Warning, "The tool {Tool} of the server {Server} is left out: there are too many, or another one is called {Name} already.")]
    private partial void LogLeftOut(string server, string tool, string name);
}
