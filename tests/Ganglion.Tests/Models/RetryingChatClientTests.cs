using System.Net;
using Ganglion.Budgets;
using Ganglion.Models;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Models;

public sealed class RetryingChatClientTests
{
    private readonly ManualTime _time = new();

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Theory(Timeout = 20_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_overloaded_is_asked_again_until_it_answers(bool isStreamed)
    {
        var model = new NextAnswers(Fault(ModelFault.Overloaded), Fault(ModelFault.Unreachable), new HttpRequestException("x", null, HttpStatusCode.BadGateway), "yes");
        using RetryingChatClient client = Of(model);

        Task<string> asking = AskAsync(client, isStreamed);
        while (await Task.WhenAny(asking, _time.WhenTimerIsSetAsync(TimeSpan.FromMinutes(1))) != asking)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        (await asking).ShouldBe("yes");
        model.Asked.ShouldBe(4);
    }

    [Fact(Timeout = 20_000)]
    public async Task It_is_asked_again_when_the_provider_says()
    {
        var model = new NextAnswers(Fault(ModelFault.Overloaded, TimeSpan.FromSeconds(50)), "yes");
        using RetryingChatClient client = Of(model);

        Task<string> asking = AskAsync(client);
        await _time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(50));
        _time.IsTimerSet(TimeSpan.FromSeconds(49.9)).ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(50));

        (await asking).ShouldBe("yes");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_provider_that_says_to_come_much_later_is_not_waited_for()
    {
        var model = new NextAnswers(Fault(ModelFault.Overloaded, TimeSpan.FromMinutes(2)), "yes");
        using RetryingChatClient client = Of(model);

        (await Should.ThrowAsync<ModelProviderException>(() => AskAsync(client))).RetryAfter.ShouldBe(TimeSpan.FromMinutes(2));
        model.Asked.ShouldBe(1);
    }

    [Fact(Timeout = 20_000)]
    public async Task What_was_refused_or_has_no_room_is_not_asked_again()
    {
        var model = new NextAnswers(Fault(ModelFault.Refused), new HttpRequestException("x", null, HttpStatusCode.BadRequest), new BudgetExhaustedException("budget-exhausted", "b", "no room"), "yes");
        using RetryingChatClient client = Of(model);

        await Should.ThrowAsync<ModelProviderException>(() => AskAsync(client));
        await Should.ThrowAsync<HttpRequestException>(() => AskAsync(client, isStreamed: true));
        await Should.ThrowAsync<BudgetExhaustedException>(() => AskAsync(client));
        (await AskAsync(client)).ShouldBe("yes");
    }

    [Fact(Timeout = 20_000)]
    public async Task An_answer_that_has_begun_is_not_asked_for_again()
    {
        var model = new ScriptedClient("first", Fault(ModelFault.Broken));
        using RetryingChatClient client = Of(model);

        (await Should.ThrowAsync<ModelProviderException>(() => AskAsync(client, isStreamed: true))).Fault.ShouldBe(ModelFault.Broken);
        model.Calls.Count.ShouldBe(1);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(0)]
    [InlineData(2)]
    public async Task In_the_end_the_failure_is_the_callers(int retries)
    {
        var model = new NextAnswers([.. Enumerable.Repeat<object>(Fault(ModelFault.TimedOut), 3)]);
        using var client = new RetryingChatClient(model, new RetryingChatOptions { Retries = retries, Delay = TimeSpan.Zero, TimeProvider = _time });

        await Should.ThrowAsync<ModelProviderException>(() => AskAsync(client));
        model.Asked.ShouldBe(retries + 1);
    }

    [Fact(Timeout = 20_000)]
    public async Task Who_gives_up_is_not_kept_waiting()
    {
        using var given = new CancellationTokenSource();
        var model = new NextAnswers(Fault(ModelFault.Overloaded), "yes");
        using RetryingChatClient client = Of(model);

        Task asking = client.GetResponseAsync("?", cancellationToken: given.Token);
        await _time.WhenTimerIsSetAsync(TimeSpan.FromMinutes(1));
        await given.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => asking);
        model.Asked.ShouldBe(1);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new RetryingChatClient(new NextAnswers(), new RetryingChatOptions { Retries = 101 }));
        Should.Throw<ArgumentOutOfRangeException>(() => new RetryingChatClient(new NextAnswers(), new RetryingChatOptions { MaxDelay = TimeSpan.FromDays(2) }));
    }

    private static ModelProviderException Fault(ModelFault fault, TimeSpan? after = null) => new(fault, "no") { RetryAfter = after };

    private RetryingChatClient Of(IChatClient model) => new(model, new RetryingChatOptions { TimeProvider = _time });

    private static async Task<string> AskAsync(IChatClient client, bool isStreamed = false) => isStreamed
        ? string.Concat((await client.GetStreamingResponseAsync("?", cancellationToken: Timeout).ToListAsync(Timeout)).Select(part => part.Text))
        : (await client.GetResponseAsync("?", cancellationToken: Timeout)).Text;

    /// <summary>Answers each call with what comes next.</summary>
    private sealed class NextAnswers(params object[] answers) : DelegatingChatClient(new ScriptedClient())
    {
        public int Asked { get; private set; }

        public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            new ScriptedClient(answers[Asked++]).GetResponseAsync(messages, options, cancellationToken);

        public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            new ScriptedClient(answers[Asked++]).GetStreamingResponseAsync(messages, options, cancellationToken);
    }
}
