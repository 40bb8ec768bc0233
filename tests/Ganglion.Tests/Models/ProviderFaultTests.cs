using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ganglion.Models;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Models;

/// <summary>What every client of a provider withstands.</summary>
public abstract class ProviderFaultTests
{
    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    /// <summary>Recorded answers that are streamed.</summary>
    protected abstract string[] Streams { get; }

    protected abstract string MediaType { get; }

    /// <summary>The first parts of an answer.</summary>
    protected abstract string Beginning { get; }

    /// <summary>A whole answer, not streamed.</summary>
    protected abstract string Whole { get; }

    /// <summary>Asks a server; an address at which nobody is, with a handler of requests.</summary>
    protected abstract IChatClient Client(string address, TimeProvider? time = null, HttpMessageHandler? handler = null);

    [Fact(Timeout = 60_000)]
    public async Task A_stream_is_read_alike_wherever_it_is_cut()
    {
        foreach (string name in Streams)
        {
            byte[] stream = RecordedServer.Read(name);
            string whole = await ReadAsync(new PieceHandler(MediaType, stream));
            whole.ShouldContain("finish");
            for (int cut = 1; cut < stream.Length; cut++)
            {
                string read = await ReadAsync(new PieceHandler(MediaType, stream.AsMemory(..cut), stream.AsMemory(cut..)));
                read.ShouldBe(whole, $"{name} was cut at {cut}.");
            }
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stream_that_comes_byte_by_byte_is_read_alike()
    {
        await using RecordedServer server = await RecordedServer.StartAsync(async context =>
        {
            byte[] stream = RecordedServer.Read(context.Request.Query["stream"]!);
            context.Response.ContentType = MediaType;
            for (int index = 0; index < stream.Length; index++)
            {
                await context.Response.Body.WriteAsync(stream.AsMemory(index, 1), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        });
        foreach (string name in Streams)
        {
            using IChatClient client = Client($"{server.Address}?stream={name}");

            (await ReadAsync(client)).ShouldBe(await ReadAsync(new PieceHandler(MediaType, RecordedServer.Read(name))));
        }
    }

    // What is behind the end of an answer, such as its usage, may be missing.
    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_ends_anywhere_is_whole_or_a_fault(bool isAborted)
    {
        byte[] stream = RecordedServer.Read(Streams[0]);
        string whole = AnswerOf(await ReadAsync(new PieceHandler(MediaType, stream)));
        int length = 0, faults = 0;
        await using RecordedServer server = await RecordedServer.StartAsync(async context =>
        {
            await RecordedServer.AnswerAsync(context, stream.AsMemory(..Volatile.Read(ref length)), MediaType);
            if (isAborted)
            {
                context.Abort();
            }
        });
        using IChatClient client = Client(server.Address);
        for (; length < stream.Length; length++)
        {
            try
            {
                AnswerOf(await ReadAsync(client)).ShouldBe(whole);
            }
            catch (ModelProviderException exception)
            {
                exception.Code.ShouldBe("model-broken");
                faults++;
            }
        }

        faults.ShouldBeGreaterThan(stream.Length / 2);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_connection_that_is_half_closed_is_a_fault_and_is_closed()
    {
        var closed = new TaskCompletionSource();
        await using RecordedServer server = await RecordedServer.StartAsync(async context =>
        {
            await RecordedServer.AnswerAsync(context, Encoding.UTF8.GetBytes(Beginning), MediaType);
            context.RequestAborted.Register(closed.SetResult);
            context.Features.Get<IConnectionSocketFeature>()!.Socket.Shutdown(SocketShutdown.Send);
            await closed.Task;
        });
        using IChatClient client = Client(server.Address);

        (await FaultAsync(client)).Fault.ShouldBe(ModelFault.Broken);
        await closed.Task.WaitAsync(Timeout);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_has_enough_of_an_answer_closes_the_connection(bool byToken)
    {
        var closed = new TaskCompletionSource();
        await using RecordedServer server = await RecordedServer.StartAsync(async context =>
        {
            context.RequestAborted.Register(closed.SetResult);
            await RecordedServer.AnswerAsync(context, Encoding.UTF8.GetBytes(Beginning), MediaType);
            await closed.Task;
        });
        using IChatClient client = Client(server.Address);
        using var given = new CancellationTokenSource();

        async Task TakeOneAsync()
        {
            await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync("?", cancellationToken: given.Token))
            {
                if (!byToken)
                {
                    return;
                }

                await given.CancelAsync();
            }
        }

        if (byToken)
        {
            (await Should.ThrowAsync<OperationCanceledException>(TakeOneAsync)).CancellationToken.ShouldBe(given.Token);
        }
        else
        {
            await TakeOneAsync();
        }

        await closed.Task.WaitAsync(Timeout);
    }

    [Fact(Timeout = 20_000)]
    public async Task Who_gives_up_before_there_is_an_answer_gets_no_fault()
    {
        using var given = new CancellationTokenSource();
        await using RecordedServer server = await RecordedServer.StartAsync(async context =>
        {
            await given.CancelAsync();
            await Task.Delay(System.Threading.Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using IChatClient client = Client(server.Address);

        await Should.ThrowAsync<OperationCanceledException>(() => client.GetResponseAsync("?", cancellationToken: given.Token));
    }

    [Theory(Timeout = 20_000)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_server_that_is_silent_is_given_up_in_time(bool hasBegun, bool isStreamed)
    {
        var time = new ManualTime();
        await using RecordedServer server = await RecordedServer.StartAsync(async context =>
        {
            if (hasBegun)
            {
                await RecordedServer.AnswerAsync(context, Encoding.UTF8.GetBytes(Beginning), MediaType);
            }

            await Task.Delay(System.Threading.Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using IChatClient client = Client(server.Address, time);

        // However slow who reads is: only what is waited for counts.
        var begun = new TaskCompletionSource();
        Task reading = isStreamed ? Task.Run(ReadAsync, Timeout) : client.GetResponseAsync("?", cancellationToken: Timeout);
        if (hasBegun)
        {
            await begun.Task.WaitAsync(Timeout);
        }

        await time.WhenTimerIsSetAsync(TimeSpan.FromMinutes(2));
        time.Advance(TimeSpan.FromMinutes(2));

        (await Should.ThrowAsync<ModelProviderException>(() => reading)).Code.ShouldBe("model-timeout");

        async Task ReadAsync()
        {
            await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync("?", cancellationToken: Timeout))
            {
                time.Advance(TimeSpan.FromHours(1));
                begun.TrySetResult();
            }
        }
    }

    [Theory(Timeout = 20_000)]
    [InlineData(429, "model-overloaded")]
    [InlineData(503, "model-overloaded")]
    [InlineData(529, "model-overloaded")]
    [InlineData(400, "model-refused")]
    [InlineData(401, "model-refused")]
    [InlineData(404, "model-refused")]
    [InlineData(422, "model-refused")]
    [InlineData(408, "model-timeout")]
    [InlineData(504, "model-timeout")]
    [InlineData(500, "model-broken")]
    [InlineData(502, "model-broken")]
    [InlineData(301, "model-broken")]
    public async Task A_status_says_what_is_the_matter(int status, string code)
    {
        await using RecordedServer server = await RecordedServer.PlayTextAsync("""{"error":{"message":"so it is","type":"x"}}""", "application/json", status);
        using IChatClient client = Client(server.Address);

        foreach (ModelProviderException exception in new[] { await FaultAsync(client), await FaultAsync(client, isStreamed: false) })
        {
            exception.Code.ShouldBe(code);
            exception.StatusCode.ShouldBe((HttpStatusCode)status);
            exception.Message.ShouldContain("so it is");
            exception.RetryAfter.ShouldBeNull();
            exception.IsTransient.ShouldBe(code != "model-refused");
        }
    }

    [Theory(Timeout = 20_000)]
    [InlineData("Retry-After", "20", 20.0)]
    [InlineData("Retry-After", "Sat, 21 Nov 2026 09:00:30 GMT", 30.0)]
    [InlineData("Retry-After", "Sat, 21 Nov 2026 08:00:30 GMT", 0.0)]
    [InlineData("Retry-After", "99999999", 86_400.0)]
    [InlineData("retry-after-ms", "1500", 1.5)]
    [InlineData("Retry-After", "soon", null)]
    public async Task It_is_said_when_to_come_again(string header, string value, double? seconds)
    {
        await using RecordedServer server = await RecordedServer.StartAsync(async context =>
        {
            context.Response.Headers[header] = value;
            await RecordedServer.AnswerAsync(context, "slow down"u8.ToArray(), "text/plain", 429);
        });
        using IChatClient client = Client(server.Address, new ManualTime());

        (await FaultAsync(client)).RetryAfter.ShouldBe(seconds is { } after ? TimeSpan.FromSeconds(after) : null);
    }

    [Theory(Timeout = 20_000)]
    [InlineData("<html><body>It works!</body></html>", "text/html")]
    [InlineData("<html><body>It works!</body></html>", "application/json")]
    [InlineData("%PDF", "application/pdf")]
    [InlineData("", "application/json")]
    [InlineData("null", "application/json")]
    [InlineData("[]", "application/json")]
    [InlineData("{}", "application/json")]
    [InlineData("{\"choices\":[null],\"message\":7,\"done\":true}", "application/json")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":\"\\ud800\"}}],\"message\":{\"content\":\"\\ud800\"},\"done\":true}", "application/json")]
    [InlineData("{\"choices\":[{\"message\":{\"tool_calls\":[null]}}],\"message\":{\"tool_calls\":[null]},\"done\":true}", "application/json")]
    public async Task What_is_no_answer_is_a_fault(string body, string type)
    {
        await using RecordedServer server = await RecordedServer.PlayTextAsync(body, type);
        using IChatClient client = Client(server.Address);

        (await FaultAsync(client)).Code.ShouldBe("model-broken");
        (await FaultAsync(client, isStreamed: false)).Code.ShouldBe("model-broken");
    }

    [Theory(Timeout = 20_000)]
    [InlineData(true, 200)]
    [InlineData(false, 200)]
    [InlineData(true, 500)]
    public async Task Megabytes_without_sense_are_not_kept(bool isStreamed, int status)
    {
        byte[] garbage = new byte[10 << 20];
        new Random(1).NextBytes(garbage);
        garbage.AsSpan().Replace((byte)'\n', (byte)'x');
        garbage.AsSpan().Replace((byte)'\r', (byte)'x');
        "data: {\"x\":\""u8.CopyTo(garbage);
        await using RecordedServer server = await RecordedServer.StartAsync(context => RecordedServer.AnswerAsync(context, garbage, MediaType, status));
        using IChatClient client = Client(server.Address);

        ModelProviderException exception = await FaultAsync(client, isStreamed);

        exception.Code.ShouldBe("model-broken");
        exception.Message.Length.ShouldBeLessThan(1_000);
    }

    [Fact(Timeout = 20_000)]
    public async Task Where_nobody_is_it_is_said_what_to_do()
    {
        // A port that is taken, and at which nobody listens.
        using var taken = new Socket(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        using IChatClient client = Client($"http://127.0.0.1:{port}");

        ModelProviderException exception = await FaultAsync(client);

        exception.Code.ShouldBe("model-unreachable");
        exception.Message.ShouldContain($"http://127.0.0.1:{port}/");
        exception.Message.ShouldContain("_BASE_URL");
    }

    [Fact(Timeout = 20_000)]
    public async Task Many_ask_at_once()
    {
        await using RecordedServer server = await RecordedServer.PlayTextAsync(Whole, "application/json");
        using IChatClient client = Client(server.Address);

        ChatResponse[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetResponseAsync("?", cancellationToken: Timeout)));

        answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem().ShouldNotBeEmpty();
    }

    protected static async Task<ModelProviderException> FaultAsync(IChatClient client, bool isStreamed = true) =>
        await Should.ThrowAsync<ModelProviderException>(() => isStreamed ? ReadAsync(client) : client.GetResponseAsync("?", cancellationToken: Timeout));

    /// <summary>What a streamed answer says: its parts joined, a line for each kind of content that follows another, but for ids that are made here.</summary>
    protected static async Task<string> ReadAsync(IChatClient client)
    {
        var text = new StringBuilder();
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("?", cancellationToken: Timeout))
        {
            foreach (AIContent content in update.Contents)
            {
                text.Append(content switch
                {
                    TextContent words => $"text {words.Text}\n",
                    TextReasoningContent words => $"thought {words.Text}\n",
                    FunctionCallContent call => $"call {call.Name} {JsonSerializer.Serialize(call.Arguments)} {call.Exception?.GetType().Name}\n",
                    UsageContent usage => $"usage {usage.Details.InputTokenCount} {usage.Details.OutputTokenCount} {usage.Details.TotalTokenCount}\n",
                    ErrorContent error => $"error {error.Message}\n",
                    _ => content.GetType().Name,
                });
            }

            if (update.FinishReason is { } reason)
            {
                text.Append($"finish {reason}\n");
            }
        }

        return text.ToString();
    }

    private async Task<string> ReadAsync(HttpMessageHandler handler)
    {
        using IChatClient client = Client("http://nobody.invalid", handler: handler);
        return await ReadAsync(client);
    }

    private static string AnswerOf(string read) => string.Join('\n', read.Split('\n').Where(line => !line.StartsWith("usage", StringComparison.Ordinal)));
}
