using Ganglion.Budgets;
using Ganglion.Models;
using Ganglion.Tests.Budgets;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Models;

public sealed class BudgetedChatClientTests
{
    private static readonly ModelPrices Prices = new(new Dictionary<string, ModelPrice> { ["small"] = new(1_000, 10_000) });

    private readonly ManualTime _time = new();

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 20_000)]
    public async Task A_call_reserves_what_it_may_cost_and_settles_what_the_model_says()
    {
        await using LocalBudgets budgets = Of("10 requests/day", "5000 tokens/day", "100 money/day");
        var model = new ScriptedClient("yes", new UsageDetails { InputTokenCount = 10, OutputTokenCount = 2 });
        decimal[] reserved = [];
        model.Before = () =>
        {
            reserved = budgets.Used("model:small");
            return Task.CompletedTask;
        };
        using var client = new BudgetedChatClient(model, budgets, Prices);

        ChatResponse response = await client.GetResponseAsync("abcdefghi", new ChatOptions { MaxOutputTokens = 20 }, Timeout);

        response.Text.ShouldBe("yes");
        reserved.ShouldBe([1, 27, 0.207m]);
        await ReturnAsync(budgets);
        budgets.Used("model:small").ShouldBe([1, 12, 0.03m]);
    }

    [Fact(Timeout = 20_000)]
    public async Task Without_a_word_of_the_model_texts_are_counted()
    {
        await using LocalBudgets budgets = Of("5000 tokens/day");
        using var client = new BudgetedChatClient(new ScriptedClient("123456789"), budgets, Prices);

        await client.GetResponseAsync("abcdefghi", cancellationToken: Timeout);

        await ReturnAsync(budgets);
        budgets.Used("model:small").ShouldBe([7 + 3]);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_call_for_which_there_is_no_room_is_not_made()
    {
        await using LocalBudgets budgets = Of("0.01 money/day");
        var model = new ScriptedClient("yes");
        using var client = new BudgetedChatClient(model, budgets, Prices);

        BudgetExhaustedException refused = await Should.ThrowAsync<BudgetExhaustedException>(() => client.GetResponseAsync("abcdefghi", cancellationToken: Timeout));

        refused.Budget.ShouldBe("model:small");
        model.Calls.ShouldBeEmpty();
    }

    [Fact(Timeout = 20_000)]
    public async Task What_has_failed_costs_a_request_and_what_was_given_up_its_prompt()
    {
        await using LocalBudgets budgets = Of("10 requests/day", "5000 tokens/day");
        using var failing = new BudgetedChatClient(new ScriptedClient(new HttpRequestException("down")), budgets, Prices);
        using var givenUp = new BudgetedChatClient(new ScriptedClient(new OperationCanceledException()), budgets, Prices);

        await Should.ThrowAsync<HttpRequestException>(() => failing.GetResponseAsync("abcdefghi", cancellationToken: Timeout));
        await Should.ThrowAsync<HttpRequestException>(() => CountAsync(failing.GetStreamingResponseAsync("abcdefghi", cancellationToken: Timeout)));
        await ReturnAsync(budgets);
        decimal[] failed = budgets.Used("model:small");
        await Should.ThrowAsync<OperationCanceledException>(() => givenUp.GetResponseAsync("abcdefghi", cancellationToken: Timeout));
        await ReturnAsync(budgets);

        failed.ShouldBe([2, 0]);
        budgets.Used("model:small").ShouldBe([3, 7]);
    }

    [Fact(Timeout = 20_000)]
    public async Task An_answer_that_is_streamed_ends_where_the_money_does_and_is_settled_exactly()
    {
        // The prompt is 7 tokens for 0.007, each part 10 tokens for 0.1: there is room for seven parts and a bit of the eighth.
        await using LocalBudgets budgets = Of("0.75 money/day");
        string part = new('x', 30);
        var model = new ScriptedClient([.. Enumerable.Repeat<object>(part, 20)]);
        using var client = new BudgetedChatClient(model, budgets, Prices, new BudgetedChatOptions { OutputTokens = 25 });
        var received = new List<string>();

        BudgetExhaustedException stopped = await Should.ThrowAsync<BudgetExhaustedException>(async () =>
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("abcdefghi", cancellationToken: Timeout))
            {
                received.Add(update.Text);
            }
        });

        stopped.Code.ShouldBe("budget-exhausted");
        received.Count.ShouldBe(7);
        model.Taken.ShouldBe(8, "It is not read on.");
        await ReturnAsync(budgets);
        budgets.Used("model:small").ShouldBe([0.807m], "The eighth part has come, too.");
    }

    [Fact(Timeout = 20_000)]
    public async Task An_answer_that_is_streamed_costs_what_the_model_says_at_its_end()
    {
        await using LocalBudgets budgets = Of("5000 tokens/day");
        var model = new ScriptedClient("123", "456", new UsageDetails { InputTokenCount = 3, OutputTokenCount = 1 }, new UsageDetails { OutputTokenCount = 1 });
        using var client = new BudgetedChatClient(model, budgets, Prices, new BudgetedChatOptions { OutputTokens = 1 });

        (await CountAsync(client.GetStreamingResponseAsync("abcdefghi", cancellationToken: Timeout))).ShouldBe(4);

        await ReturnAsync(budgets);
        budgets.Used("model:small").ShouldBe([5]);
    }

    [Fact(Timeout = 20_000)]
    public async Task Who_reads_no_further_pays_for_what_has_come()
    {
        await using LocalBudgets budgets = Of("5000 tokens/day");
        using var client = new BudgetedChatClient(new ScriptedClient("123", "456", "789"), budgets, Prices);

        await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync("abcdefghi", cancellationToken: Timeout))
        {
            break;
        }

        await ReturnAsync(budgets);
        budgets.Used("model:small").ShouldBe([8]);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_call_is_spent_for_whom_it_is()
    {
        await using var budgets = new LocalBudgets(
            _time,
            [.. ((string[])["all", "model:large", "provider:script", "tenant:acme", "tier:free"]).Select(name => new BudgetDefinition(name, [BudgetLimit.Parse("10 requests/day")]))]);
        var options = new BudgetedChatOptions { Tier = "free", Describe = (spending, call) => spending with { Tenant = call!.ConversationId } };
        using var client = new BudgetedChatClient(new ScriptedClient("yes"), budgets, Prices, options);

        await client.GetResponseAsync("a", new ChatOptions { ModelId = "large", ConversationId = "acme" }, Timeout);

        foreach (string name in (string[])["all", "model:large", "provider:script", "tenant:acme", "tier:free"])
        {
            budgets.Used(name).ShouldBe([1], name);
        }
    }

    private LocalBudgets Of(params string[] limits) => LocalBudgets.Of(_time, "model:small", limits);

    private Task ReturnAsync(LocalBudgets budgets) => budgets.Lessee.ReturnAsync(TimeSpan.FromHours(1));

    private static async Task<int> CountAsync(IAsyncEnumerable<ChatResponseUpdate> answer)
    {
        int count = 0;
        await foreach (ChatResponseUpdate _ in answer)
        {
            count++;
        }

        return count;
    }
}
