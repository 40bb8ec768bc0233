using System.Text.Json;
using Ganglion.Models;
using Ganglion.Models.Ollama;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Models.Ollama;

public sealed class OllamaChatClientTests
{
    private static readonly AIFunctionDeclaration Weather = AIFunctionFactory.CreateDeclaration(
        "get_weather", "The weather of a city.", JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""));

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 20_000)]
    public async Task A_whole_answer_has_text_usage_reason_and_time()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("Ollama/Recorded/chat.json", "application/json; charset=utf-8");
        using OllamaChatClient client = Client(server);

        ChatResponse answer = await client.GetResponseAsync("Why is the sky blue?", cancellationToken: Timeout);

        answer.Text.ShouldBe("The sky is blue because of Rayleigh scattering.");
        answer.ModelId.ShouldBe("llama3.2");
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.Usage!.InputTokenCount.ShouldBe(26);
        answer.Usage.OutputTokenCount.ShouldBe(11);
        answer.Usage.TotalTokenCount.ShouldBe(37);
        answer.CreatedAt!.Value.Year.ShouldBe(2026);
        server.Requests.Single().Path.ShouldBe("/api/chat");
        server.Asked.GetRawText().ShouldBe("""{"model":"llama3.2","messages":[{"role":"user","content":"Why is the sky blue?"}],"stream":false}""");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_streamed_answer_comes_in_parts_that_belong_together()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("Ollama/Recorded/chat-stream.ndjson", "application/x-ndjson");
        using OllamaChatClient client = Client(server);

        List<ChatResponseUpdate> parts = await client.GetStreamingResponseAsync("Hello", cancellationToken: Timeout).ToListAsync(Timeout);

        string.Concat(parts.Select(part => part.Text)).ShouldBe("Grüße aus Köln: 東京 is \"far\", \\o/ 👩‍🚀\nbye");
        parts.Count(part => part.Text.Length > 0).ShouldBe(14);
        ChatResponse answer = parts.ToChatResponse();
        answer.Messages.ShouldHaveSingleItem();
        answer.Usage!.OutputTokenCount.ShouldBe(14);
        server.Asked.GetProperty("stream").GetBoolean().ShouldBeTrue();
    }

    [Fact(Timeout = 20_000)]
    public async Task Tools_are_offered_called_and_their_results_told()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("Ollama/Recorded/tools-stream.ndjson", "application/x-ndjson");
        using OllamaChatClient client = Client(server);
        var question = new ChatMessage(ChatRole.User, "What is the weather in Köln, and how late is it?");

        ChatResponse answer = await client.GetStreamingResponseAsync([question], new ChatOptions { Tools = [Weather] }, Timeout).ToChatResponseAsync(Timeout);
        FunctionCallContent[] calls = [.. answer.Messages.Single().Contents.OfType<FunctionCallContent>()];
        await client.GetResponseAsync(
            [
                question,
                .. answer.Messages,
                new ChatMessage(ChatRole.Tool, [new FunctionResultContent(calls[0].CallId, "7 °C"), new FunctionResultContent(calls[1].CallId, new { Hour = 9 })]),
            ],
            new ChatOptions { Tools = [Weather] },
            Timeout);

        answer.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        calls.Select(call => call.Name).ShouldBe(["get_weather", "get_time"]);
        calls[0].Arguments!["city"].ShouldBeOfType<JsonElement>().GetString().ShouldBe("Köln");
        calls[0].CallId.ShouldNotBe(calls[1].CallId);
        JsonElement first = server.Requests.First().Body, second = server.Requests.Last().Body;
        first.GetProperty("tools")[0].GetRawText().ShouldBe(
            """{"type":"function","function":{"name":"get_weather","description":"The weather of a city.","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}""");
        JsonElement[] told = [.. second.GetProperty("messages").EnumerateArray()];
        told.Select(message => message.GetProperty("role").GetString()).ShouldBe(["user", "assistant", "tool", "tool"]);
        told[1].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetProperty("days").GetInt32().ShouldBe(3);
        told[2].GetProperty("tool_name").GetString().ShouldBe("get_weather");
        told[2].GetProperty("content").GetString().ShouldBe("7 °C");
        told[3].GetProperty("tool_name").GetString().ShouldBe("get_time");
        told[3].GetProperty("content").GetString().ShouldBe("""{"hour":9}""");
    }

    [Fact(Timeout = 20_000)]
    public async Task Thoughts_are_no_part_of_the_text()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("Ollama/Recorded/thinking-stream.ndjson", "application/x-ndjson");
        using var client = new OllamaChatClient(new OllamaOptions { Endpoint = server.Address, Model = "qwen3:8b", Think = true });

        ChatResponse answer = await client.GetResponseAsync("6 * 7?", cancellationToken: Timeout);
        await client.GetResponseAsync([.. answer.Messages], new ChatOptions { Reasoning = new() { Effort = ReasoningEffort.Low } }, Timeout);

        answer.Text.ShouldBe("42.");
        answer.Messages.Single().Contents.OfType<TextReasoningContent>().Single().Text.ShouldBe("The user wants 6 × 7.");
        server.Requests.First().Body.GetProperty("think").GetBoolean().ShouldBeTrue();
        server.Requests.Last().Body.GetProperty("think").GetString().ShouldBe("low");
        server.Requests.Last().Body.GetProperty("messages")[0].GetProperty("thinking").GetString().ShouldBe("The user wants 6 × 7.");
    }

    [Fact(Timeout = 20_000)]
    public async Task Everything_that_a_call_says_is_told()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("Ollama/Recorded/chat.json", "application/json");
        using var client = new OllamaChatClient(new OllamaOptions { Endpoint = server.Address + "/api/", Model = "llama3.2", KeepAlive = TimeSpan.FromMinutes(30) });
        var options = new ChatOptions
        {
            Instructions = "Be brief.",
            ModelId = "llava",
            Temperature = 0.5f,
            TopP = 0.9f,
            TopK = 40,
            MaxOutputTokens = 100,
            Seed = 7,
            StopSequences = ["END"],
            ToolMode = ChatToolMode.None,
            Tools = [Weather],
            ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"object"}"""), "thing"),
            AdditionalProperties = new() { ["num_ctx"] = 8192, ["mirostat"] = JsonElement.Parse("2") },
        };

        await client.GetResponseAsync([new ChatMessage(ChatRole.User, [new TextContent("What is this?"), new DataContent(new byte[] { 1, 2, 3 }, "image/png")])], options, Timeout);

        server.Asked.GetRawText().ShouldBe(
            """
            {"model":"llava","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"What is this?","images":["AQID"]}],"stream":false,
            "format":{"type":"object"},"options":{"num_ctx":8192,"mirostat":2,"temperature":0.5,"top_p":0.9,"top_k":40,"num_predict":100,"seed":7,"stop":["END"]},"keep_alive":1800}
            """.ReplaceLineEndings(""));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_call_may_ask_for_any_json_and_say_how_long_the_model_stays()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("Ollama/Recorded/chat.json", "application/json");
        using OllamaChatClient client = Client(server);

        await client.GetResponseAsync("?", new ChatOptions { ResponseFormat = ChatResponseFormat.Json, AdditionalProperties = new() { ["keep_alive"] = "-1", ["think"] = false } }, Timeout);

        server.Asked.GetProperty("format").GetString().ShouldBe("json");
        server.Asked.GetProperty("keep_alive").GetString().ShouldBe("-1");
        server.Asked.GetProperty("think").GetBoolean().ShouldBeFalse();
        server.Asked.TryGetProperty("options", out _).ShouldBeFalse();
    }

    [Fact(Timeout = 20_000)]
    public async Task An_answer_that_was_too_long_says_so()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("Ollama/Recorded/length-stream.ndjson", "application/x-ndjson");
        using OllamaChatClient client = Client(server);

        (await client.GetResponseAsync("?", cancellationToken: Timeout)).FinishReason.ShouldBe(ChatFinishReason.Length);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_model_that_fails_in_the_middle_of_its_answer_is_a_fault_that_says_why()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("Ollama/Recorded/failing-stream.ndjson", "application/x-ndjson");
        using OllamaChatClient client = Client(server);
        var parts = new List<string>();

        ModelProviderException failure = await Should.ThrowAsync<ModelProviderException>(async () =>
        {
            await foreach (ChatResponseUpdate part in client.GetStreamingResponseAsync("?", cancellationToken: Timeout))
            {
                parts.Add(part.Text);
            }
        });

        parts.ShouldBe(["As I was"]);
        failure.Code.ShouldBe("model-broken");
        failure.Message.ShouldContain("CUDA error: out of memory");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_model_that_is_not_there_is_refused_with_the_words_of_Ollama()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("Ollama/Recorded/no-model.json", "application/json", 404);
        using OllamaChatClient client = Client(server);

        (await Should.ThrowAsync<ModelProviderException>(() => client.GetResponseAsync("?", cancellationToken: Timeout))).Message.ShouldContain("model 'llama9' not found");
    }

    [Fact(Timeout = 20_000)]
    public async Task Models_are_listed()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("Ollama/Recorded/tags.json", "application/json");
        using OllamaChatClient client = Client(server);

        IReadOnlyList<AvailableModel> models = await client.ListModelsAsync(Timeout);

        models.Select(model => model.Name).ShouldBe(["llama3.2:latest", "qwen3:8b"]);
        models[0].Bytes.ShouldBe(2_019_393_189);
        models[0].ChangedAt!.Value.UtcDateTime.Hour.ShouldBe(21);
        server.Requests.Single().Path.ShouldBe("/api/tags");
    }

    [Theory(Timeout = 20_000)]
    [InlineData("", "/api/chat")]
    [InlineData("/", "/api/chat")]
    [InlineData("/api", "/api/chat")]
    [InlineData("/api/chat/", "/api/chat")]
    [InlineData("/behind/proxy", "/behind/proxy/api/chat")]
    [InlineData("/behind/api/?key=1", "/behind/api/chat?key=1")]
    public async Task An_address_may_be_written_in_several_ways(string path, string asked)
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("Ollama/Recorded/chat.json", "application/json");
        foreach (string address in new[] { server.Address, server.Address["http://".Length..] })
        {
            using var client = new OllamaChatClient(new OllamaOptions { Endpoint = address + path, Model = "llama3.2" });
            await client.GetResponseAsync("?", cancellationToken: Timeout);
        }

        server.Requests.ShouldAllBe(request => request.Path == asked);
    }

    [Fact(Timeout = 20_000)]
    public async Task What_cannot_be_told_is_refused_before_it_is_sent()
    {
        using var client = new OllamaChatClient(new OllamaOptions { Endpoint = "http://nobody.invalid", Model = null });

        (await Should.ThrowAsync<ArgumentException>(() => client.GetResponseAsync("?", cancellationToken: Timeout))).Message.ShouldContain("OLLAMA_MODEL");
        var options = new ChatOptions { ModelId = "m" };
        (await Should.ThrowAsync<ArgumentException>(() => client.GetResponseAsync([new ChatMessage(ChatRole.User, [new DataContent(new byte[1], "audio/wav")])], options, Timeout)))
            .Message.ShouldContain("audio/wav");
        options.Tools = [new HostedWebSearchTool()];
        (await Should.ThrowAsync<ArgumentException>(() => client.GetResponseAsync("?", options, Timeout))).Message.ShouldContain("web_search");
        foreach (string address in new[] { "ftp://here", "http://user:secret@here", "http://" })
        {
            Should.Throw<ArgumentException>(() => new OllamaChatClient(new OllamaOptions { Endpoint = address })).Message.ShouldNotContain("secret");
        }

        Should.Throw<ArgumentOutOfRangeException>(() => new OllamaChatClient(new OllamaOptions { Timeout = TimeSpan.Zero }));
    }

    [Fact]
    public void It_says_what_it_is()
    {
        using var client = new OllamaChatClient(new OllamaOptions { Endpoint = "localhost:11434", Model = "llama3.2" });

        var metadata = client.GetService<ChatClientMetadata>()!;

        metadata.ProviderName.ShouldBe("ollama");
        metadata.ProviderUri!.ToString().ShouldBe("http://localhost:11434/");
        metadata.DefaultModelId.ShouldBe("llama3.2");
        client.GetService<OllamaChatClient>().ShouldBeSameAs(client);
    }

    private static OllamaChatClient Client(RecordedServer server) => new(new OllamaOptions { Endpoint = server.Address, Model = "llama3.2" });
}
