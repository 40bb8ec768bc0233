using System.Net;
using Ganglion.Budgets;
using Ganglion.Models;
using Ganglion.Tests.Budgets;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Models;

public sealed class FallbackChatClientTests
{
    private readonly ManualTime _time = new();

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Theory(Timeout = 20_000)]
    [InlineData(null)]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_is_overloaded_or_broken_is_passed_over_for_the_next(int? status)
    {
        var broken = new ScriptedClient(Failure(status));
        using FallbackChatClient chain = Of(broken, new ScriptedClient("second"));

        (await chain.GetResponseAsync("?", cancellationToken: Timeout)).Text.ShouldBe("second");
        (await StreamAsync(chain)).ShouldBe("second");
        broken.Calls.Count.ShouldBe(2);
    }

    [Fact(Timeout = 20_000)]
    public async Task What_is_wrong_with_the_call_itself_is_not_tried_elsewhere()
    {
        var second = new ScriptedClient("second");
        using FallbackChatClient chain = Of(new ScriptedClient(Failure(400)), second);

        await Should.ThrowAsync<HttpRequestException>(() => chain.GetResponseAsync("?", cancellationToken: Timeout));
        await Should.ThrowAsync<HttpRequestException>(() => StreamAsync(chain));
        second.Calls.ShouldBeEmpty();
    }

    [Fact(Timeout = 20_000)]
    public async Task Who_gives_up_gets_no_answer_from_the_next()
    {
        using var given = new CancellationTokenSource();
        var first = new ScriptedClient("first") { Before = given.CancelAsync };
        var second = new ScriptedClient("second");
        using FallbackChatClient chain = Of(first, second);

        await Should.ThrowAsync<OperationCanceledException>(() => chain.GetResponseAsync("?", cancellationToken: given.Token));
        second.Calls.ShouldBeEmpty();
    }

    [Fact(Timeout = 20_000)]
    public async Task A_client_that_fails_again_and_again_is_left_alone_until_its_breaker_lets_it_try()
    {
        var broken = new ScriptedClient(Failure(500));
        using FallbackChatClient chain = Of(broken, new ScriptedClient("second"));
        for (int call = 0; call < 20; call++)
        {
            await chain.GetResponseAsync("?", cancellationToken: Timeout);
        }

        int before = broken.Calls.Count;
        _time.Advance(TimeSpan.FromSeconds(16));
        await chain.GetResponseAsync("?", cancellationToken: Timeout);

        before.ShouldBe(5);
        broken.Calls.Count.ShouldBe(6);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(ModelFault.Unreachable, "second")]
    [InlineData(ModelFault.Overloaded, "second")]
    [InlineData(ModelFault.Broken, "second")]
    [InlineData(ModelFault.TimedOut, "second")]
    [InlineData(ModelFault.Refused, null)]
    public async Task What_a_provider_did_not_do_is_done_by_the_next_unless_it_was_refused(ModelFault fault, string? answer)
    {
        using FallbackChatClient chain = Of(new ScriptedClient(new ModelProviderException(fault, "no")), new ScriptedClient("second"));

        if (answer is null)
        {
            (await Should.ThrowAsync<ModelProviderException>(() => StreamAsync(chain))).Fault.ShouldBe(fault);
        }
        else
        {
            (await StreamAsync(chain)).ShouldBe(answer);
        }
    }

    [Fact(Timeout = 20_000)]
    public async Task A_provider_that_says_when_to_come_again_is_left_alone_until_then()
    {
        var first = new ScriptedClient(new ModelProviderException(ModelFault.Overloaded, "too much") { RetryAfter = TimeSpan.FromSeconds(7) });
        using FallbackChatClient chain = Of(first, new ScriptedClient("second"));

        await chain.GetResponseAsync("?", cancellationToken: Timeout);
        _time.Advance(TimeSpan.FromSeconds(6.9));
        await chain.GetResponseAsync("?", cancellationToken: Timeout);
        int before = first.Calls.Count;
        _time.Advance(TimeSpan.FromSeconds(0.2));
        await chain.GetResponseAsync("?", cancellationToken: Timeout);

        before.ShouldBe(1);
        first.Calls.Count.ShouldBe(2);
    }

    [Fact(Timeout = 20_000)]
    public async Task When_none_answers_it_is_said_why_each_has_not()
    {
        using FallbackChatClient chain = Of(new ScriptedClient(Failure(500)), new ScriptedClient(new TimeoutException("too slow")));

        ModelUnavailableException unavailable = await Should.ThrowAsync<ModelUnavailableException>(() => chain.GetResponseAsync("?", cancellationToken: Timeout));

        unavailable.Code.ShouldBe("model-unavailable");
        unavailable.Message.ShouldContain("target 0: status 500");
        unavailable.Message.ShouldContain("target 1: too slow");
    }

    [Fact(Timeout = 20_000)]
    public async Task An_answer_that_has_begun_is_not_begun_again_elsewhere()
    {
        var second = new ScriptedClient("second");
        using FallbackChatClient chain = Of(new ScriptedClient("first", Failure(500)), second);

        await Should.ThrowAsync<HttpRequestException>(() => StreamAsync(chain));
        second.Calls.ShouldBeEmpty();
    }

    [Fact(Timeout = 20_000)]
    public async Task An_answer_of_no_parts_is_one()
    {
        using FallbackChatClient chain = Of(new ScriptedClient(), new ScriptedClient("second"));

        (await StreamAsync(chain)).ShouldBe("");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_cheaper_model_answers_when_the_money_for_the_better_one_is_spent()
    {
        await using var budgets = new LocalBudgets(
            _time,
            new BudgetDefinition("model:large", [BudgetLimit.Parse("2 money/day")]),
            new BudgetDefinition("tenant:acme", [BudgetLimit.Parse("10 money/day")]) { DowngradeAt = 0.1m });
        var prices = new ModelPrices(new Dictionary<string, ModelPrice> { ["large"] = new(0, 1_000_000), ["small"] = new(0, 1) });
        using var chain = new FallbackChatClient(
        [
            new("large", new BudgetedChatClient(new ScriptedClient("large"), budgets, prices, new() { Model = "large", Tenant = "acme", OutputTokens = 1, CanDowngrade = true })),
            new("small", new BudgetedChatClient(new ScriptedClient("small"), budgets, prices, new() { Model = "small", Tenant = "acme", OutputTokens = 1 })),
        ]);

        (await StreamAsync(chain)).ShouldBe("large");
        (await StreamAsync(chain)).ShouldBe("small");
        (await StreamAsync(chain)).ShouldBe("small");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_budget_that_has_no_room_is_told_as_such_if_that_is_all()
    {
        await using LocalBudgets budgets = LocalBudgets.Of(_time, "all", "1 requests/day");
        using FallbackChatClient chain = Of(Budgeted(), Budgeted());
        await chain.GetResponseAsync("?", cancellationToken: Timeout);

        BudgetExhaustedException refused = await Should.ThrowAsync<BudgetExhaustedException>(() => chain.GetResponseAsync("?", cancellationToken: Timeout));

        refused.Budget.ShouldBe("all");

        BudgetedChatClient Budgeted() => new(new ScriptedClient("yes"), budgets, new ModelPrices(new Dictionary<string, ModelPrice>()));
    }

    [Fact(Timeout = 20_000)]
    public async Task Each_is_asked_for_its_own_model_and_disposed_of_with_the_chain()
    {
        var first = new ScriptedClient(Failure(500));
        var second = new ScriptedClient("second");
        var chain = new FallbackChatClient([new("first", first), new("second", second) { Model = "cheap" }], new() { TimeProvider = _time });

        await chain.GetResponseAsync("?", new ChatOptions { ModelId = "dear", Temperature = 0.5f }, Timeout);
        chain.Dispose();

        first.Calls.ShouldHaveSingleItem()!.ModelId.ShouldBe("dear");
        second.Calls.ShouldHaveSingleItem()!.ModelId.ShouldBe("cheap");
        second.Calls[0]!.Temperature.ShouldBe(0.5f);
        chain.GetService<ChatClientMetadata>()!.ProviderName.ShouldBe("script");
        first.IsDisposed.ShouldBeTrue();
        second.IsDisposed.ShouldBeTrue();
    }

    private static HttpRequestException Failure(int? status) => new($"status {status}", null, (HttpStatusCode?)status);

    private FallbackChatClient Of(params IChatClient[] clients) =>
        new(clients.Select((client, index) => new FallbackChatTarget($"target {index}", client)), new FallbackChatOptions { TimeProvider = _time });

    private static async Task<string> StreamAsync(FallbackChatClient chain)
    {
        var parts = new List<string>();
        await foreach (ChatResponseUpdate update in chain.GetStreamingResponseAsync("?", cancellationToken: Timeout))
        {
            parts.Add(update.Text);
        }

        return string.Concat(parts);
    }
}
