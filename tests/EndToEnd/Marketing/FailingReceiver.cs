using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Marketing;

/// <summary>A receiver of a webhook that fails once.</summary>
internal sealed class FailingReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly List<string> _posted = [];
    private readonly Task _serving;

    public FailingReceiver()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }

        _listener.Prefixes.Add(Address);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address { get; }

    /// <summary>The type, the id and the key of what was posted.</summary>
    public IReadOnlyList<string> Posted => _posted;

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context = await _listener.GetContextAsync();
            _posted.Add($"{context.Request.Headers["ce-type"]} {context.Request.Headers["ce-id"]} {context.Request.Headers["Idempotency-Key"]}");
            context.Response.StatusCode = _posted.Count == 1 ? 503 : 204;
            context.Response.Close();
        }
    }
}
