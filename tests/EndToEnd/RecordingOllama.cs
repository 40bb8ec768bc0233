using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace EndToEnd;

/// <summary>A server that speaks as Ollama does, takes its time, and keeps what it was asked.</summary>
internal sealed class RecordingOllama : IDisposable
{
    private const string Plan = """{"tasks":[{"id":"a","agent":"researcher","task":"find","depends_on":[]},{"id":"b","agent":"researcher","task":"look","depends_on":[]},{"id":"c","agent":"writer","task":"write","depends_on":["a","b"]}]}""";

    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly Task _serving;

    public RecordingOllama()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        free.Stop();
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address { get; }

    /// <summary>The messages of each prompt.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                _ = AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        JsonNode asked = JsonNode.Parse(await reader.ReadToEndAsync())!;
        _asked.Enqueue(asked["messages"]!.ToJsonString());
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        var answer = new JsonObject
        {
            ["model"] = "recorder",
            ["created_at"] = "2026-01-01T00:00:00Z",
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = asked["format"] is null ? "Tea is old." : Plan },
            ["done"] = true,
            ["done_reason"] = "stop",
            ["prompt_eval_count"] = 1,
            ["eval_count"] = 1,
        };
        try
        {
            context.Response.ContentType = "application/x-ndjson";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.ToJsonString() + "\n"));
            context.Response.Close();
        }
        catch (Exception exception) when (exception is HttpListenerException or IOException or ObjectDisposedException)
        {
            // Whoever has asked is dead.
        }
    }
}
