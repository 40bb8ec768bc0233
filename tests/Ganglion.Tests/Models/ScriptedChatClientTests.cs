using Ganglion.Models;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Models;

public sealed class ScriptedChatClientTests
{
    private readonly ManualTime _time = new();

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Theory(Timeout = 20_000)]
    [InlineData("What is the PRICE of the electric one?", "From 57,000.")]
    [InlineData("Electric: which price?", "From 57,000.")]
    [InlineData("What is the price?", "That depends.")]
    [InlineData("Is it priceless?", "Ask me about prices.")]
    [InlineData("", "Ask me about prices.")]
    public async Task It_answers_by_the_first_rule_whose_words_are_in_the_question(string question, string answer)
    {
        using ScriptedChatClient model = Of(new ScriptedRule("price electric", "From 57,000."), new ScriptedRule("price", "That depends."));

        (await model.GetResponseAsync(question, cancellationToken: Timeout)).Text.ShouldBe(answer);
    }

    [Fact(Timeout = 20_000)]
    public async Task The_question_is_the_last_message_of_the_user()
    {
        using ScriptedChatClient model = Of(new ScriptedRule("one", "1"), new ScriptedRule("two", "2"));
        ChatMessage[] messages = [new(ChatRole.User, "one"), new(ChatRole.Assistant, "1"), new(ChatRole.User, "two"), new(ChatRole.Assistant, "one")];

        (await model.GetResponseAsync(messages, cancellationToken: Timeout)).Text.ShouldBe("2");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_rule_of_code_sees_the_whole_prompt()
    {
        using ScriptedChatClient model = Of(new ScriptedRule(
            prompt => prompt.Instructions == "Be brief.\nBe kind." ? $"{prompt.Question} {prompt.Messages.Count} {prompt.Options?.Temperature}" : null));
        ChatMessage[] messages = [new(ChatRole.System, "Be kind."), new(ChatRole.User, "How many?")];

        (await model.GetResponseAsync(messages, new ChatOptions { Instructions = "Be brief.", Temperature = 1 }, Timeout)).Text.ShouldBe("How many? 2 1");
        (await model.GetResponseAsync(messages, cancellationToken: Timeout)).Text.ShouldBe("Ask me about prices.");
    }

    [Theory(Timeout = 20_000)]
    [InlineData("The  first,\nthe second.")]
    [InlineData(" one")]
    [InlineData("")]
    public async Task A_streamed_answer_is_the_same_word_by_word_and_its_usage_comes_last(string answer)
    {
        using ScriptedChatClient model = Of(new ScriptedRule(_ => answer));
        ChatResponse whole = await model.GetResponseAsync("Tell me.", cancellationToken: Timeout);
        List<ChatResponseUpdate> parts = await model.GetStreamingResponseAsync("Tell me.", cancellationToken: Timeout).ToListAsync(Timeout);
        ChatResponse streamed = parts.ToChatResponse();

        whole.Text.ShouldBe(answer);
        streamed.Text.ShouldBe(answer);
        parts.Count.ShouldBe(answer.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length + (answer.StartsWith(' ') ? 2 : 1));
        parts[^1].Contents.ShouldHaveSingleItem().ShouldBeOfType<UsageContent>();
        streamed.Usage!.TotalTokenCount.ShouldBe(whole.Usage!.TotalTokenCount);
        streamed.ModelId.ShouldBe(whole.ModelId);
        streamed.FinishReason.ShouldBe(ChatFinishReason.Stop);
    }

    [Fact(Timeout = 20_000)]
    public async Task It_says_that_it_is_a_script_whichever_model_it_is_asked_for()
    {
        using var model = new ScriptedChatClient("cars-1", []);
        ChatClientMetadata told = model.GetService(typeof(ChatClientMetadata)).ShouldBeOfType<ChatClientMetadata>();
        ChatResponse response = await model.GetResponseAsync("Who are you?", new ChatOptions { ModelId = "gpt-4o" }, Timeout);

        told.ProviderName.ShouldBe("scripted");
        told.DefaultModelId.ShouldBe("cars-1");
        response.ModelId.ShouldBe("cars-1");
        response.Text.ShouldContain("script");
    }

    [Fact(Timeout = 20_000)]
    public async Task What_it_uses_is_estimated_by_the_lengths_of_prompt_and_answer()
    {
        using ScriptedChatClient model = Of(new ScriptedRule("six", "seven!"));
        UsageDetails usage = (await model.GetResponseAsync("six words", cancellationToken: Timeout)).Usage!;

        usage.InputTokenCount.ShouldBe(4 + 3);
        usage.OutputTokenCount.ShouldBe(2);
        usage.TotalTokenCount.ShouldBe(9);
    }

    [Fact(Timeout = 20_000)]
    public async Task An_answer_takes_its_time_by_the_clock()
    {
        using var model = new ScriptedChatClient("cars-1", [], new ScriptedChatOptions { AnswerTime = TimeSpan.FromSeconds(2), TimeProvider = _time });
        Task<ChatResponse> answer = model.GetResponseAsync("?", cancellationToken: Timeout);

        _time.Advance(TimeSpan.FromSeconds(1.9));
        answer.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.1));
        (await answer).Text.ShouldNotBeEmpty();
    }

    [Fact(Timeout = 20_000)]
    public async Task The_words_of_a_streamed_answer_come_spread_over_its_time()
    {
        using var model = new ScriptedChatClient("cars-1", [new(_ => "one two")], new ScriptedChatOptions { AnswerTime = TimeSpan.FromSeconds(2), TimeProvider = _time });
        await using IAsyncEnumerator<ChatResponseUpdate> stream = model.GetStreamingResponseAsync("?", cancellationToken: Timeout).GetAsyncEnumerator(Timeout);

        foreach (string word in new[] { "one ", "two" })
        {
            ValueTask<bool> next = stream.MoveNextAsync();
            next.IsCompleted.ShouldBeFalse();
            _time.Advance(TimeSpan.FromSeconds(1));
            (await next).ShouldBeTrue();
            stream.Current.Text.ShouldBe(word);
        }
    }

    [Fact(Timeout = 20_000)]
    public async Task Who_gives_up_gets_no_answer()
    {
        using var given = new CancellationTokenSource();
        using var model = new ScriptedChatClient("cars-1", [], new ScriptedChatOptions { AnswerTime = TimeSpan.FromSeconds(2), TimeProvider = _time });
        Task<ChatResponse> answer = model.GetResponseAsync("?", cancellationToken: given.Token);
        await given.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(answer);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Should.Throw<ArgumentException>(() => new ScriptedChatClient(" ", []));
        Should.Throw<ArgumentException>(() => new ScriptedRule("?!", "what"));
        Should.Throw<ArgumentOutOfRangeException>(() => new ScriptedChatClient("cars-1", [], new ScriptedChatOptions { AnswerTime = TimeSpan.FromSeconds(-1) }));
    }

    private static ScriptedChatClient Of(params ScriptedRule[] rules) =>
        new("cars-1", rules, new ScriptedChatOptions { DefaultAnswer = "Ask me about prices." });
}
