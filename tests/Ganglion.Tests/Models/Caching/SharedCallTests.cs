using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Ganglion.Brokers.Embedded;
using Ganglion.Models.Caching;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Models.Caching;

/// <summary>What becomes of those who ask the same at once.</summary>
public sealed class SharedCallTests : IAsyncDisposable
{
    private static readonly ChatOptions Steady = new() { Temperature = 0 };

    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private readonly CountedClient _model = new();
    private readonly ModelCache _cache;
    private readonly CachedChatClient _client;
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SharedCallTests()
    {
        _cache = new ModelCache(_broker, TimeProvider.System, new ModelCacheOptions { AnswerBytes = 10_000 });
        _client = new CachedChatClient(_model, _cache);
        _model.Before = async cancellationToken =>
        {
            _asked.TrySetResult();
            await _open.Task.WaitAsync(cancellationToken);
        };
    }

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _cache.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact(Timeout = 20_000)]
    public async Task Who_asks_the_same_at_once_makes_one_call_and_one_of_them_pays()
    {
        Task<ChatResponse>[] callers =
        [
            .. Enumerable.Range(0, 25).Select(_ => _client.GetResponseAsync("?", Steady, Timeout)),
            .. Enumerable.Range(0, 25).Select(_ => _client.GetStreamingResponseAsync("?", Steady, Timeout).ToChatResponseAsync(Timeout)),
        ];
        await _asked.Task;
        _open.SetResult();

        ChatResponse[] answers = await Task.WhenAll(callers);

        _model.Calls.ShouldBe(1);
        answers.ShouldAllBe(answer => answer.Text == "answer 1");
        answers.Count(answer => answer.Usage!.TotalTokenCount == 12).ShouldBe(1);
        answers.Count(answer => answer.AdditionalProperties?[CachedChatClient.CachedProperty] is true).ShouldBe(49);
    }

    [Fact(Timeout = 20_000)]
    public async Task Who_streams_the_same_at_once_makes_one_call_too()
    {
        Task<ChatResponse>[] callers =
        [
            .. Enumerable.Range(0, 10).Select(_ => _client.GetStreamingResponseAsync("?", Steady, Timeout).ToChatResponseAsync(Timeout)),
            .. Enumerable.Range(0, 10).Select(_ => _client.GetResponseAsync("?", Steady, Timeout)),
        ];
        await _asked.Task;
        _open.SetResult();

        ChatResponse[] answers = await Task.WhenAll(callers);

        _model.Calls.ShouldBe(1);
        answers.ShouldAllBe(answer => answer.Text == "answer 1" && answer.FinishReason == ChatFinishReason.Stop);
        answers.Count(answer => answer.Usage!.TotalTokenCount == 12).ShouldBe(1);
        answers.Count(answer => answer.AdditionalProperties?[CachedChatClient.CachedProperty] is true).ShouldBe(19);
        (await _client.GetResponseAsync("?", Steady, Timeout)).Text.ShouldBe("answer 1", "It is kept.");
        _model.Calls.ShouldBe(1);
    }

    [Fact(Timeout = 20_000)]
    public async Task What_was_kept_comes_to_who_streams()
    {
        _open.SetResult();
        await _client.GetResponseAsync("?", Steady, Timeout);

        ChatResponse answer = await _client.GetStreamingResponseAsync("?", Steady, Timeout).ToChatResponseAsync(Timeout);

        (answer.Text, answer.Usage!.TotalTokenCount, _model.Calls).ShouldBe(("answer 1", 0, 1));
        answer.AdditionalProperties![CachedChatClient.CachedProperty].ShouldBe(true);
    }

    [Fact(Timeout = 20_000)]
    public async Task Who_comes_in_the_middle_of_a_streamed_answer_gets_all_of_it_at_once()
    {
        Channel<ChatResponseUpdate> parts = Parts();
        await using IAsyncEnumerator<ChatResponseUpdate> first = _client.GetStreamingResponseAsync("?", Steady, Timeout).GetAsyncEnumerator(Timeout);
        parts.Writer.TryWrite(new ChatResponseUpdate(ChatRole.Assistant, "one "));
        await first.MoveNextAsync();

        await using IAsyncEnumerator<ChatResponseUpdate> second = _client.GetStreamingResponseAsync("?", Steady, Timeout).GetAsyncEnumerator(Timeout);
        await second.MoveNextAsync();
        Task<ChatResponse> third = _client.GetResponseAsync("?", Steady, Timeout);
        second.Current.Text.ShouldBe("one ");
        parts.Writer.TryWrite(new ChatResponseUpdate(ChatRole.Assistant, "two") { FinishReason = ChatFinishReason.Stop });
        parts.Writer.Complete();

        (await first.MoveNextAsync()).ShouldBeTrue();
        (await second.MoveNextAsync()).ShouldBeTrue();
        (first.Current.Text, second.Current.Text, (await third).Text).ShouldBe(("two", "two", "one two"));
        (await first.MoveNextAsync(), await second.MoveNextAsync()).ShouldBe((false, false));
        _model.Calls.ShouldBe(1);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_gives_up_does_so_for_himself_and_the_last_for_the_call(bool isStreamed)
    {
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        Task<ChatResponse> one = AskAsync(first.Token);
        Task<ChatResponse> two = AskAsync(second.Token);
        await _asked.Task;

        await first.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => one);
        int givenUp = _model.GivenUp;
        await second.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => two);

        givenUp.ShouldBe(0);
        _open.SetResult();
        (await AskAsync(Timeout)).Text.ShouldBe("answer 2");
        _model.GivenUp.ShouldBe(1);

        Task<ChatResponse> AskAsync(CancellationToken cancellationToken) => isStreamed
            ? _client.GetStreamingResponseAsync("?", Steady, cancellationToken).ToChatResponseAsync(cancellationToken)
            : _client.GetResponseAsync("?", Steady, cancellationToken);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_failure_is_told_to_all_who_wait_and_the_next_asks_again()
    {
        Task<ChatResponse>[] callers = [.. Enumerable.Range(0, 5).Select(_ => _client.GetResponseAsync("?", Steady, Timeout))];
        await _asked.Task;
        _open.SetException(new HttpRequestException("overloaded"));
        foreach (Task<ChatResponse> caller in callers)
        {
            (await Should.ThrowAsync<HttpRequestException>(() => caller)).Message.ShouldBe("overloaded");
        }

        _model.Before = _ => Task.CompletedTask;

        (await _client.GetResponseAsync("?", Steady, Timeout)).Text.ShouldBe("answer 2");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_stream_that_breaks_off_is_told_as_such_and_not_kept()
    {
        Channel<ChatResponseUpdate> parts = Parts();
        parts.Writer.TryWrite(new ChatResponseUpdate(ChatRole.Assistant, "one "));
        parts.Writer.Complete(new HttpRequestException("cut off"));

        await Should.ThrowAsync<HttpRequestException>(() => _client.GetStreamingResponseAsync("?", Steady, Timeout).ToChatResponseAsync(Timeout));
        await Should.ThrowAsync<HttpRequestException>(() => _client.GetResponseAsync("?", Steady, Timeout));

        _model.Calls.ShouldBe(2);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_stream_without_end_is_not_held_and_comes_no_faster_than_it_is_read()
    {
        int made = 0;
        _model.Parts = (_, cancellationToken) => Endless(cancellationToken);
        _open.SetResult();
        await using IAsyncEnumerator<ChatResponseUpdate> reader = _client.GetStreamingResponseAsync("?", Steady, Timeout).GetAsyncEnumerator(Timeout);
        for (int part = 0; part < 1_000; part++)
        {
            (await reader.MoveNextAsync()).ShouldBeTrue();
            reader.Current.Text.ShouldStartWith($"{part} ");
        }

        // About ten parts are held, and one more is made while that is found out.
        made.ShouldBeInRange(1_000, 1_001);
        await reader.DisposeAsync();
        _model.GivenUp.ShouldBe(1);

        async IAsyncEnumerable<ChatResponseUpdate> Endless([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (int part = 0; ; part++)
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
                made++;
                yield return new ChatResponseUpdate(ChatRole.Assistant, $"{part} {new string('x', 1_000)}");
            }
        }
    }

    private Channel<ChatResponseUpdate> Parts()
    {
        Channel<ChatResponseUpdate> parts = Channel.CreateUnbounded<ChatResponseUpdate>();
        _model.Parts = (_, cancellationToken) => parts.Reader.ReadAllAsync(cancellationToken);
        _open.SetResult();
        return parts;
    }
}
