using System.Text.Json;
using Ganglion.Models;
using Ganglion.Models.OpenAI;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Models.OpenAI;

public sealed class OpenAIChatClientTests
{
    private const string Key = "sk-test-0123456789";

    private static readonly AIFunctionDeclaration Weather = AIFunctionFactory.CreateDeclaration(
        "get_weather", "The weather of a city.", JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""));

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 20_000)]
    public async Task A_whole_answer_has_text_usage_reason_and_time()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("OpenAI/Recorded/chat.json", "application/json");
        using OpenAIChatClient client = Client(server);

        ChatResponse answer = await client.GetResponseAsync("Hello", cancellationToken: Timeout);

        answer.Text.ShouldBe("Hello! How can I assist you today?");
        answer.ResponseId.ShouldBe("chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT");
        answer.ModelId.ShouldBe("gpt-4o-mini-2024-07-18");
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.CreatedAt.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1_794_123_456));
        answer.Usage!.TotalTokenCount.ShouldBe(29);
        server.Requests.Single().Path.ShouldBe("/v1/chat/completions");
        server.Requests.Single().Headers.Authorization.ToString().ShouldBe($"Bearer {Key}");
        server.Asked.GetRawText().ShouldBe("""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}],"stream":false}""");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_streamed_answer_comes_in_parts_and_tells_its_usage_last()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("OpenAI/Recorded/chat-stream.sse", "text/event-stream; charset=utf-8");
        using OpenAIChatClient client = Client(server);

        List<ChatResponseUpdate> parts = await client.GetStreamingResponseAsync("Hello", cancellationToken: Timeout).ToListAsync(Timeout);

        parts.Count(part => part.Text.Length > 0).ShouldBe(5);
        ChatResponse answer = parts.ToChatResponse();
        answer.Text.ShouldBe("Grüße aus 東京: \"so\"\n👩‍🚀");
        answer.Messages.ShouldHaveSingleItem();
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.Usage!.InputTokenCount.ShouldBe(1214);
        answer.Usage.CachedInputTokenCount.ShouldBe(1024);
        answer.Usage.ReasoningTokenCount.ShouldBe(12);
        server.Asked.GetProperty("stream_options").GetProperty("include_usage").GetBoolean().ShouldBeTrue();
    }

    [Fact(Timeout = 20_000)]
    public async Task Calls_of_tools_come_in_fragments_side_by_side_and_their_results_are_told()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("OpenAI/Recorded/tools-stream.sse", "text/event-stream");
        using OpenAIChatClient client = Client(server);

        ChatResponse answer = await client.GetStreamingResponseAsync("?", new ChatOptions { Tools = [Weather], ToolMode = ChatToolMode.RequireSpecific("get_weather"), AllowMultipleToolCalls = true }, Timeout)
            .ToChatResponseAsync(Timeout);
        FunctionCallContent[] calls = [.. answer.Messages.Single().Contents.OfType<FunctionCallContent>()];
        await client.GetResponseAsync([.. answer.Messages, new ChatMessage(ChatRole.Tool, [.. calls.Select(call => new FunctionResultContent(call.CallId, 7))])], cancellationToken: Timeout);

        answer.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        calls.Select(call => (call.CallId, call.Name)).ShouldBe([("call_Wq1", "get_weather"), ("call_Tz7", "get_time")]);
        calls[0].Arguments!["city"].ShouldBeOfType<JsonElement>().GetString().ShouldBe("Köln");
        calls[1].Arguments.ShouldBeEmpty();
        JsonElement first = server.Requests.First().Body;
        first.GetProperty("tools")[0].GetProperty("function").GetProperty("name").GetString().ShouldBe("get_weather");
        first.GetProperty("tool_choice").GetRawText().ShouldBe("""{"type":"function","function":{"name":"get_weather"}}""");
        first.GetProperty("parallel_tool_calls").GetBoolean().ShouldBeTrue();
        JsonElement told = server.Requests.Last().Body.GetProperty("messages");
        told[0].TryGetProperty("content", out _).ShouldBeFalse();
        told[0].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString().ShouldBe("""{"city":"Köln","days":3}""");
        told[1].GetRawText().ShouldBe("""{"role":"tool","content":"7","tool_call_id":"call_Wq1"}""");
        told[2].GetProperty("tool_call_id").GetString().ShouldBe("call_Tz7");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_server_that_leaves_much_out_is_understood()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("OpenAI/Recorded/compatible-stream.sse", "text/event-stream");
        using OpenAIChatClient client = Client(server);

        ChatResponse answer = await client.GetStreamingResponseAsync("6 * 7?", cancellationToken: Timeout).ToChatResponseAsync(Timeout);

        answer.Text.ShouldBe("42.");
        answer.Messages.Single().Contents.OfType<TextReasoningContent>().Single().Text.ShouldBe("6 × 7 is 42.");
        answer.ModelId.ShouldBe("gpt-4o-mini");
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.Usage!.TotalTokenCount.ShouldBe(16);
    }

    [Fact(Timeout = 20_000)]
    public async Task Calls_of_tools_without_place_or_id_are_told_apart()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("OpenAI/Recorded/compatible-tools-stream.sse", "text/event-stream");
        using OpenAIChatClient client = Client(server);

        ChatResponse answer = await client.GetStreamingResponseAsync("?", cancellationToken: Timeout).ToChatResponseAsync(Timeout);

        FunctionCallContent[] calls = [.. answer.Messages.Single().Contents.OfType<FunctionCallContent>()];
        calls.Select(call => call.Name).ShouldBe(["get_weather", "get_time", "get_sun", "get_moon"]);
        calls.Select(call => call.CallId).Distinct().Count().ShouldBe(4);
        calls[0].Arguments!["city"]!.ToString().ShouldBe("Bonn");
        calls[1].Arguments!["zone"]!.ToString().ShouldBe("CET");
        answer.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);

        // That is for whoever runs tools to tell the model.
        calls[3].Exception!.InnerException.ShouldBeAssignableTo<JsonException>();
        calls[3].Arguments.ShouldBeNull();
    }

    [Fact(Timeout = 20_000)]
    public async Task A_model_that_refuses_says_so_apart_from_its_text()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("OpenAI/Recorded/refusal-stream.sse", "text/event-stream");
        using OpenAIChatClient client = Client(server);

        ChatResponse answer = await client.GetStreamingResponseAsync("?", cancellationToken: Timeout).ToChatResponseAsync(Timeout);

        answer.Text.ShouldBeEmpty();
        ErrorContent refusal = answer.Messages.Single().Contents.OfType<ErrorContent>().ShouldHaveSingleItem();
        refusal.Message.ShouldBe("I'm sorry, I can't help with that.");
        refusal.ErrorCode.ShouldBe("refusal");
    }

    [Theory(Timeout = 20_000)]
    [InlineData("length", "length")]
    [InlineData("content_filter", "content_filter")]
    [InlineData("function_call", "function_call")]
    [InlineData("eos_token", "eos_token")]
    public async Task Why_an_answer_has_ended_is_told_as_it_is(string told, string reason)
    {
        await using RecordedServer server = await RecordedServer.PlayTextAsync("{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"so\"}]},\"finish_reason\":\"" + told + "\"}]}", "application/json");
        using OpenAIChatClient client = Client(server);

        ChatResponse answer = await client.GetResponseAsync("?", cancellationToken: Timeout);

        answer.Text.ShouldBe("so");
        answer.FinishReason!.Value.Value.ShouldBe(reason);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_server_that_streams_or_does_not_whatever_it_is_asked_is_understood()
    {
        await using RecordedServer whole = await RecordedServer.PlayAsync("OpenAI/Recorded/chat.json", "application/json");
        await using RecordedServer streamed = await RecordedServer.PlayAsync("OpenAI/Recorded/compatible-stream.sse", "text/event-stream");
        using OpenAIChatClient first = Client(whole), second = Client(streamed);

        (await first.GetStreamingResponseAsync("?", cancellationToken: Timeout).ToChatResponseAsync(Timeout)).Text.ShouldBe("Hello! How can I assist you today?");
        (await second.GetResponseAsync("?", cancellationToken: Timeout)).Text.ShouldBe("42.");
    }

    [Fact(Timeout = 20_000)]
    public async Task Everything_that_a_call_says_is_told()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("OpenAI/Recorded/chat.json", "application/json");
        using var client = new OpenAIChatClient(new OpenAIOptions { Endpoint = server.Address + "/v1/", ApiKey = null, Organization = "org-1", Project = "proj_1" });
        var options = new ChatOptions
        {
            Instructions = "Be brief.",
            ModelId = "gpt-4o",
            Temperature = 0.5f,
            TopP = 0.9f,
            FrequencyPenalty = 0.1f,
            PresencePenalty = 0.2f,
            MaxOutputTokens = 100,
            Seed = 7,
            StopSequences = ["END"],
            Reasoning = new() { Effort = ReasoningEffort.High },
            ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}"""), "A thing!", "What it is."),
            AdditionalProperties = new() { ["user"] = "u1", ["seed"] = 8 },
        };

        await client.GetResponseAsync(
            [new ChatMessage(ChatRole.User, [new TextContent("What?"), new DataContent(new byte[] { 1, 2, 3 }, "image/png"), new UriContent("https://x.example/a.jpg", "image/jpeg"), new DataContent(new byte[] { 4 }, "audio/wav")])],
            options,
            Timeout);

        server.Asked.GetRawText().ShouldBe(
            """
            {"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"What?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}},
            {"type":"image_url","image_url":{"url":"https://x.example/a.jpg"}},{"type":"input_audio","input_audio":{"data":"BA==","format":"wav"}}]}],"stream":false,"temperature":0.5,"top_p":0.9,
            "frequency_penalty":0.1,"presence_penalty":0.2,"seed":8,"stop":["END"],"max_tokens":100,"reasoning_effort":"high","response_format":{"type":"json_schema","json_schema":{"name":"A_thing_",
            "description":"What it is.","schema":{"type":"object","properties":{"city":{"type":"string"}},"additionalProperties":false,"required":["city"]},"strict":true}},"user":"u1"}
            """.ReplaceLineEndings(""));
        server.Requests.Single().Headers["OpenAI-Organization"].ToString().ShouldBe("org-1");
        server.Requests.Single().Headers["OpenAI-Project"].ToString().ShouldBe("proj_1");
        server.Requests.Single().Headers.Authorization.ShouldBeEmpty();
    }

    [Fact(Timeout = 20_000)]
    public async Task A_call_may_ask_for_any_json_or_for_a_schema_that_need_not_be_held()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("OpenAI/Recorded/chat.json", "application/json");
        using OpenAIChatClient client = Client(server);

        await client.GetResponseAsync("?", new ChatOptions { ResponseFormat = ChatResponseFormat.Json }, Timeout);
        await client.GetResponseAsync(
            "?", new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"object"}""")), AdditionalProperties = new() { ["strict"] = false } }, Timeout);

        server.Requests.First().Body.GetProperty("response_format").GetRawText().ShouldBe("""{"type":"json_object"}""");
        server.Requests.Last().Body.GetProperty("response_format").GetRawText().ShouldBe("""{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object"},"strict":false}}""");
        server.Requests.Last().Body.TryGetProperty("strict", out _).ShouldBeFalse();
    }

    [Fact(Timeout = 20_000)]
    public async Task A_server_that_fails_in_the_middle_of_its_answer_is_a_fault_that_says_why()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("OpenAI/Recorded/failing-stream.sse", "text/event-stream");
        using OpenAIChatClient client = Client(server);

        ModelProviderException failure = await Should.ThrowAsync<ModelProviderException>(() => client.GetStreamingResponseAsync("?", cancellationToken: Timeout).ToListAsync(Timeout).AsTask());

        failure.Code.ShouldBe("model-broken");
        failure.Message.ShouldContain("The server had an error while processing your request.");
    }

    [Fact(Timeout = 20_000)]
    public async Task The_key_is_told_to_nobody_else()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("OpenAI/Recorded/no-key.json", "application/json", 401);
        using OpenAIChatClient client = Client(server);

        ModelProviderException refused = await Should.ThrowAsync<ModelProviderException>(() => client.GetResponseAsync("?", cancellationToken: Timeout));

        refused.Code.ShouldBe("model-refused");
        refused.Message.ShouldContain("Incorrect API key provided: ***.");
        refused.ToString().ShouldNotContain(Key);
        new OpenAIOptions { ApiKey = Key }.ToString().ShouldNotContain(Key);
        JsonSerializer.Serialize(client.GetService<ChatClientMetadata>()!).ShouldNotContain(Key);
        Should.Throw<ArgumentException>(() => new OpenAIChatClient(new OpenAIOptions { ApiKey = "sk-a\nsk-b" })).ToString().ShouldNotContain("sk-");
    }

    [Fact(Timeout = 20_000)]
    public async Task Models_are_listed()
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("OpenAI/Recorded/models.json", "application/json");
        using OpenAIChatClient client = Client(server);

        IReadOnlyList<AvailableModel> models = await client.ListModelsAsync(Timeout);

        models.ShouldBe([new AvailableModel("gpt-4o-mini") { ChangedAt = DateTimeOffset.FromUnixTimeSeconds(1_721_172_741), Owner = "system" }, new AvailableModel("local")]);
        server.Requests.Single().Path.ShouldBe("/v1/models");
    }

    [Theory(Timeout = 20_000)]
    [InlineData("", "/v1/chat/completions")]
    [InlineData("/", "/v1/chat/completions")]
    [InlineData("/v1", "/v1/chat/completions")]
    [InlineData("/v1/chat/completions", "/v1/chat/completions")]
    [InlineData("/openai/v1/?api-version=1", "/openai/v1/chat/completions?api-version=1")]
    public async Task An_address_may_be_written_in_several_ways(string path, string asked)
    {
        await using RecordedServer server = await RecordedServer.PlayAsync("OpenAI/Recorded/chat.json", "application/json");
        using var client = new OpenAIChatClient(new OpenAIOptions { Endpoint = server.Address + path, Model = "m" });

        await client.GetResponseAsync("?", cancellationToken: Timeout);

        server.Requests.Single().Path.ShouldBe(asked);
    }

    [Fact(Timeout = 20_000)]
    public async Task What_cannot_be_told_is_refused_before_it_is_sent()
    {
        using var client = new OpenAIChatClient(new OpenAIOptions { Endpoint = "http://nobody.invalid", Model = null });

        (await Should.ThrowAsync<ArgumentException>(() => client.GetResponseAsync("?", cancellationToken: Timeout))).Message.ShouldContain("OPENAI_MODEL");
        var options = new ChatOptions { ModelId = "m" };
        (await Should.ThrowAsync<ArgumentException>(() => client.GetResponseAsync([new ChatMessage(ChatRole.User, [new DataContent(new byte[1], "video/mp4")])], options, Timeout)))
            .Message.ShouldContain("video/mp4");
        options.Tools = [new HostedWebSearchTool()];
        (await Should.ThrowAsync<ArgumentException>(() => client.GetResponseAsync("?", options, Timeout))).Message.ShouldContain("web_search");
    }

    private static OpenAIChatClient Client(RecordedServer server) => new(new OpenAIOptions { Endpoint = server.Address, ApiKey = Key, Model = "gpt-4o-mini" });
}
