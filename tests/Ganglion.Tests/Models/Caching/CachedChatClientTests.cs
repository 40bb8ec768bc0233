using Ganglion.Brokers.Embedded;
using Ganglion.Models;
using Ganglion.Models.Caching;
using Ganglion.Tests.Telemetry;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Models.Caching;

public sealed class CachedChatClientTests : IAsyncDisposable
{
    private static readonly ChatOptions Steady = new() { Temperature = 0 };

    private readonly ManualTime _time = new();
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private readonly CountedClient _model = new();
    private readonly ModelCache _cache;

    public CachedChatClientTests() => _cache = new ModelCache(_broker, _time);

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _cache.DisposeAsync();
        await _broker.DisposeAsync();
        _model.Dispose();
    }

    [Fact(Timeout = 20_000)]
    public async Task What_a_model_has_answered_it_is_not_asked_again()
    {
        using CachedChatClient client = Of();

        ChatResponse first = await client.GetResponseAsync("?", Steady, Timeout);
        ChatResponse second = await client.GetResponseAsync("?", Steady, Timeout);

        (first.Text, second.Text).ShouldBe(("answer 1", "answer 1"));
        _model.Calls.ShouldBe(1);
        second.FinishReason.ShouldBe(ChatFinishReason.Stop);
    }

    [Fact(Timeout = 20_000)]
    public async Task An_answer_that_was_there_took_no_tokens_and_says_so()
    {
        using CachedChatClient client = Of();

        ChatResponse first = await client.GetResponseAsync("?", Steady, Timeout);
        ChatResponse second = await client.GetResponseAsync("?", Steady, Timeout);

        first.Usage!.TotalTokenCount.ShouldBe(12);
        first.AdditionalProperties.ShouldBeNull();
        second.Usage!.TotalTokenCount.ShouldBe(0);
        second.AdditionalProperties![CachedChatClient.CachedProperty].ShouldBe(true);
        second.AdditionalProperties![CachedChatClient.UsageProperty].ShouldBeOfType<UsageDetails>().TotalTokenCount.ShouldBe(12);
    }

    [Fact(Timeout = 20_000)]
    public async Task Another_process_gets_it_too_also_if_it_has_no_room_in_memory()
    {
        using (CachedChatClient first = Of())
        {
            await first.GetResponseAsync("?", Steady, Timeout);
            await _cache.DisposeAsync();
        }

        await using var elsewhere = new ModelCache(_broker, _time, new ModelCacheOptions { MemoryBytes = 0 });
        using CachedChatClient second = Of(cache: elsewhere);
        for (int call = 0; call < 2; call++)
        {
            (await second.GetResponseAsync("?", Steady, Timeout)).Text.ShouldBe("answer 1");
        }

        _model.Calls.ShouldBe(1);
    }

    public static TheoryData<string, ChatMessage[], ChatOptions> Others() => new()
    {
        { "another text", [new(ChatRole.User, "??")], new() { Temperature = 0 } },
        { "another role", [new(ChatRole.System, "?")], new() { Temperature = 0 } },
        { "one message more", [new(ChatRole.User, "?"), new(ChatRole.User, "?")], new() { Temperature = 0 } },
        { "another model", [new(ChatRole.User, "?")], new() { Temperature = 0, ModelId = "large" } },
        { "another length", [new(ChatRole.User, "?")], new() { Temperature = 0, MaxOutputTokens = 3 } },
        { "another penalty", [new(ChatRole.User, "?")], new() { Temperature = 0, FrequencyPenalty = 1 } },
        { "other instructions", [new(ChatRole.User, "?")], new() { Temperature = 0, Instructions = "be brief" } },
        { "another format", [new(ChatRole.User, "?")], new() { Temperature = 0, ResponseFormat = ChatResponseFormat.Json } },
        { "another tool", [new(ChatRole.User, "?")], new() { Temperature = 0, Tools = [AIFunctionFactory.Create(() => 1, "one")] } },
        { "another mode of tools", [new(ChatRole.User, "?")], new() { Temperature = 0, ToolMode = ChatToolMode.None } },
        { "something of the provider's own", [new(ChatRole.User, "?")], new() { Temperature = 0, AdditionalProperties = new() { ["num_ctx"] = 7 } } },
    };

    [Theory(Timeout = 20_000)]
    [MemberData(nameof(Others))]
    public async Task Who_says_anything_else_gets_another_answer(string difference, ChatMessage[] prompt, ChatOptions options)
    {
        using CachedChatClient client = Of();
        await client.GetResponseAsync("?", Steady, Timeout);

        ChatResponse other = await client.GetResponseAsync(prompt, options, Timeout);
        ChatResponse again = await client.GetResponseAsync(prompt, options, Timeout);

        (other.Text, again.Text).ShouldBe(("answer 2", "answer 2"), difference);
    }

    [Theory(Timeout = 20_000)]
    [InlineData("other", "http://localhost:1/", "small", "")]
    [InlineData("counted", "http://localhost:2/", "small", "")]
    [InlineData("counted", "http://localhost:1/", "large", "")]
    [InlineData("counted", "http://localhost:1/", "small", "tenant-2")]
    public async Task Each_model_of_each_provider_has_its_own_answers_in_each_scope(string provider, string address, string model, string scope)
    {
        using CachedChatClient client = Of();
        using var other = new CountedClient { Metadata = new ChatClientMetadata(provider, new Uri(address), model) };
        using CachedChatClient elsewhere = Of(new CachedChatOptions { Scope = scope }, other);
        await client.GetResponseAsync("?", Steady, Timeout);

        await elsewhere.GetResponseAsync("?", Steady, Timeout);

        other.Calls.ShouldBe(1);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_call_may_say_in_which_scope_it_is_or_that_it_is_in_none()
    {
        using CachedChatClient client = Of(new CachedChatOptions { ScopeOf = (_, options) => options?.AdditionalProperties?["tenant"] as string });
        ChatOptions acme = new() { Temperature = 0, AdditionalProperties = new() { ["tenant"] = "acme" } };
        ChatOptions nobody = new() { Temperature = 0, AdditionalProperties = new() { ["tenant"] = null } };

        string[] answers = [await AskAsync(acme), await AskAsync(acme), await AskAsync(nobody), await AskAsync(nobody)];

        answers.ShouldBe(["answer 1", "answer 1", "answer 2", "answer 3"]);

        async Task<string> AskAsync(ChatOptions options) => (await client.GetResponseAsync("?", options, Timeout)).Text;
    }

    public static TheoryData<string, ChatOptions?> PassedOn() => new()
    {
        { "no options", null },
        { "no temperature", new() },
        { "an answer that is to vary", new() { Temperature = 0.7f } },
        { "a conversation that the provider keeps", new() { Temperature = 0, ConversationId = "7" } },
        { "a request of the client's own", new() { Temperature = 0, RawRepresentationFactory = _ => null } },
        { "a tool of the provider's", new() { Temperature = 0, Tools = [new HostedWebSearchTool()] } },
        { "something that is no JSON", new() { Temperature = 0, AdditionalProperties = new() { ["call"] = () => 1 } } },
    };

    [Theory(Timeout = 20_000)]
    [MemberData(nameof(PassedOn))]
    public async Task Calls_whose_answers_vary_or_depend_on_what_is_not_seen_are_passed_on(string call, ChatOptions? options)
    {
        using CachedChatClient client = Of();

        await client.GetResponseAsync("?", options, Timeout);
        await client.GetStreamingResponseAsync("?", options, Timeout).ToChatResponseAsync(Timeout);

        _model.Calls.ShouldBe(2, call);
    }

    [Fact(Timeout = 20_000)]
    public async Task Whoever_says_so_gets_the_same_answer_at_any_temperature()
    {
        using CachedChatClient client = Of(new CachedChatOptions { AtAnyTemperature = true });

        await client.GetResponseAsync("?", cancellationToken: Timeout);
        await client.GetResponseAsync("?", cancellationToken: Timeout);
        await client.GetResponseAsync("?", new ChatOptions { Temperature = 1 }, Timeout);

        _model.Calls.ShouldBe(2);
    }

    public static TheoryData<string, ChatResponseUpdate> NotKept() => new()
    {
        { "cut off", new(ChatRole.Assistant, "half") { FinishReason = ChatFinishReason.Length } },
        { "refused", new(ChatRole.Assistant, "no") { FinishReason = ChatFinishReason.ContentFilter } },
        { "without an end", new(ChatRole.Assistant, "half") },
        { "empty", new(ChatRole.Assistant, "") { FinishReason = ChatFinishReason.Stop } },
        { "thought alone", new(ChatRole.Assistant, [new TextReasoningContent("hm")]) { FinishReason = ChatFinishReason.Stop } },
        { "an error", new(ChatRole.Assistant, [new ErrorContent("no")]) { FinishReason = ChatFinishReason.Stop } },
        { "a tool", new(ChatRole.Assistant, [new FunctionCallContent("1", "look")]) { FinishReason = ChatFinishReason.ToolCalls } },
        { "a conversation", new(ChatRole.Assistant, "yes") { FinishReason = ChatFinishReason.Stop, ConversationId = "7" } },
        { "too long", new(ChatRole.Assistant, new string('x', 300_000)) { FinishReason = ChatFinishReason.Stop } },
    };

    [Theory(Timeout = 20_000)]
    [MemberData(nameof(NotKept))]
    public async Task Answers_that_are_none_for_others_are_not_kept(string answer, ChatResponseUpdate part)
    {
        _model.Parts = (_, _) => new[] { part.Clone() }.ToAsyncEnumerable();
        using CachedChatClient client = Of();

        ChatResponse first = await client.GetResponseAsync("?", Steady, Timeout);
        await client.GetResponseAsync("?", Steady, Timeout);

        _model.Calls.ShouldBe(2, answer);
        first.AdditionalProperties.ShouldBeNull();
    }

    [Fact(Timeout = 20_000)]
    public async Task Answers_that_ask_for_tools_are_kept_if_that_is_wanted()
    {
        _model.Parts = (_, _) => new[]
        {
            new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("1", "look", new Dictionary<string, object?> { ["at"] = 7 })]) { FinishReason = ChatFinishReason.ToolCalls },
        }.ToAsyncEnumerable();
        using CachedChatClient client = Of(new CachedChatOptions { WithToolCalls = true });

        await client.GetResponseAsync("?", Steady, Timeout);
        ChatResponse second = await client.GetResponseAsync("?", Steady, Timeout);

        _model.Calls.ShouldBe(1);
        FunctionCallContent call = second.Messages[0].Contents.OfType<FunctionCallContent>().Single();
        (call.CallId, call.Name, call.Arguments!["at"]!.ToString()).ShouldBe(("1", "look", "7"));
    }

    [Fact(Timeout = 20_000)]
    public async Task An_answer_that_is_too_old_is_asked_for_anew_and_the_new_one_counts()
    {
        using CachedChatClient client = Of(new CachedChatOptions { MaxAge = TimeSpan.FromHours(1) });
        await client.GetResponseAsync("?", Steady, Timeout);

        _time.Advance(TimeSpan.FromMinutes(59));
        string before = (await client.GetResponseAsync("?", Steady, Timeout)).Text;
        _time.Advance(TimeSpan.FromMinutes(2));
        string after = (await client.GetResponseAsync("?", Steady, Timeout)).Text;
        _time.Advance(TimeSpan.FromMinutes(59));
        string later = (await client.GetResponseAsync("?", Steady, Timeout)).Text;

        (before, after, later).ShouldBe(("answer 1", "answer 2", "answer 2"));
    }

    [Fact(Timeout = 20_000)]
    public async Task What_a_caller_does_to_an_answer_others_do_not_see()
    {
        using CachedChatClient client = Of();

        for (int call = 0; call < 3; call++)
        {
            ChatResponse response = await client.GetResponseAsync("?", Steady, Timeout);
            response.Text.ShouldBe("answer 1");
            response.Messages[0].Contents.Add(new TextContent(" and more"));
            response.Messages.Add(new ChatMessage(ChatRole.User, "thanks"));
        }
    }

    [Fact(Timeout = 20_000)]
    public async Task Hits_misses_and_who_shares_a_call_are_counted()
    {
        using var counted = new Measurements("gen_ai.provider.name", "measured");
        using var model = new CountedClient { Metadata = new ChatClientMetadata("measured", null, "small") };
        using CachedChatClient client = Of(client: model);
        var open = new TaskCompletionSource();
        model.Before = _ => open.Task;

        Task<ChatResponse>[] together = [client.GetResponseAsync("?", Steady, Timeout), client.GetResponseAsync("?", Steady, Timeout)];
        open.SetResult();
        await Task.WhenAll(together);
        await client.GetResponseAsync("?", Steady, Timeout);

        counted.Of("ganglion.model.cache.misses").ShouldHaveSingleItem().Tags["gen_ai.request.model"].ShouldBe("small");
        counted.Of("ganglion.model.cache.shared").ShouldHaveSingleItem();
        counted.Of("ganglion.model.cache.hits").ShouldHaveSingleItem();
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Of(new CachedChatOptions { MaxAge = TimeSpan.Zero }));
        Should.Throw<ArgumentOutOfRangeException>(() => new ModelCache(_broker, _time, new ModelCacheOptions { AnswerBytes = 1024 * 1024 }));
        Should.Throw<ArgumentOutOfRangeException>(() => new ModelCache(_broker, _time, new ModelCacheOptions { TopicBytes = 0 }));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_call_that_a_cache_has_answered_is_told_as_such()
    {
        using CachedChatClient client = Of();
        ModelCall first = ModelCall.Of(await client.GetResponseAsync("?", Steady, Timeout));
        ModelCall second = ModelCall.Of(await client.GetResponseAsync("?", Steady, Timeout));

        (first.IsCached, second.IsCached).ShouldBe((false, true));
        second.Usage!.TotalTokenCount.ShouldBe(0);
    }

    private CachedChatClient Of(CachedChatOptions? options = null, CountedClient? client = null, ModelCache? cache = null) =>
        new(client ?? _model, cache ?? _cache, options);
}
