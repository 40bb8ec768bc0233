using System.Collections.Concurrent;
using Ganglion.Models;

namespace Ganglion.Tests.Models;

public sealed class BatcherTests
{
    private readonly ManualTime _time = new();
    private readonly ConcurrentQueue<int[]> _calls = new();

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 20_000)]
    public async Task What_comes_together_is_done_together_and_each_gets_its_own_outcome()
    {
        await using Batcher<int, string> batcher = Of(new() { MaxCount = 3, TimeProvider = _time });

        string[] outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => batcher.RunAsync(number, Timeout)));

        outcomes.ShouldBe(["0", "1", "2", "3", "4", "5"]);
        _calls.OrderBy(call => call[0]).ShouldBe([[0, 1, 2], [3, 4, 5]]);
    }

    [Fact(Timeout = 20_000)]
    public async Task Nobody_waits_longer_than_the_delay_for_others()
    {
        await using Batcher<int, string> batcher = Of(new() { MaxDelay = TimeSpan.FromSeconds(1), TimeProvider = _time });
        Task<string> first = batcher.RunAsync(1, Timeout);
        _time.Advance(TimeSpan.FromSeconds(0.9));
        Task<string> second = batcher.RunAsync(2, Timeout);
        bool isDone = first.IsCompleted || !_calls.IsEmpty;

        _time.Advance(TimeSpan.FromSeconds(0.1));

        (await first, await second).ShouldBe(("1", "2"));
        isDone.ShouldBeFalse();
        _calls.ShouldHaveSingleItem().ShouldBe([1, 2]);
    }

    [Fact(Timeout = 20_000)]
    public async Task Without_a_delay_each_goes_by_itself_also_where_a_timer_fires_at_once()
    {
        await using Batcher<int, string> batcher = Of(new() { MaxDelay = TimeSpan.Zero, TimeProvider = new HastyTime() });

        (await batcher.RunAsync(1, Timeout)).ShouldBe("1");
        (await batcher.RunAsync(2, Timeout)).ShouldBe("2");
    }

    [Fact(Timeout = 20_000)]
    public async Task What_would_be_too_much_together_goes_apart()
    {
        await using Batcher<int, string> batcher = Of(new() { MaxWeight = 10, Weigh = number => number, TimeProvider = _time });

        await Task.WhenAll(((int[])[4, 5, 9, 50, 10]).Select(number => batcher.RunAsync(number, Timeout)));

        _calls.OrderBy(call => call[0]).ShouldBe([[4, 5], [9], [10], [50]]);
    }

    [Fact(Timeout = 20_000)]
    public async Task All_of_a_batch_that_fails_are_told_and_the_next_is_not_concerned()
    {
        await using var batcher = new Batcher<int, string>(
            async inputs => inputs.Contains(1) ? throw new InvalidOperationException("no") : inputs.Contains(2) ? [] : ["fine"], new() { MaxCount = 1, TimeProvider = _time });

        (await Should.ThrowAsync<InvalidOperationException>(() => batcher.RunAsync(1, Timeout))).Message.ShouldBe("no");
        (await Should.ThrowAsync<InvalidOperationException>(() => batcher.RunAsync(2, Timeout))).Message.ShouldContain("0 outcomes for 1 inputs");
        (await batcher.RunAsync(3, Timeout)).ShouldBe("fine");
    }

    [Fact(Timeout = 20_000)]
    public async Task Who_gives_up_is_not_among_those_that_are_sent()
    {
        await using Batcher<int, string> batcher = Of(new() { MaxCount = 2, TimeProvider = _time });
        using var given = new CancellationTokenSource();
        Task<string> first = batcher.RunAsync(1, given.Token);
        await given.CancelAsync();
        await Task.WhenAll(batcher.RunAsync(2, Timeout), batcher.RunAsync(3, Timeout));

        await Should.ThrowAsync<OperationCanceledException>(() => first);
        _calls.ShouldHaveSingleItem().ShouldBe([2, 3]);
    }

    [Fact(Timeout = 20_000)]
    public async Task What_has_come_is_done_before_it_is_disposed_of()
    {
        Batcher<int, string> batcher = Of(new() { TimeProvider = _time });
        Task<string> last = batcher.RunAsync(1, Timeout);

        await batcher.DisposeAsync();

        (await last).ShouldBe("1");
        await Should.ThrowAsync<ObjectDisposedException>(() => batcher.RunAsync(2, Timeout));
    }

    private Batcher<int, string> Of(BatcherOptions<int> options) => new(
        inputs =>
        {
            _calls.Enqueue([.. inputs]);
            return Task.FromResult<IReadOnlyList<string>>([.. inputs.Select(input => $"{input}")]);
        },
        options);

    /// <summary>A clock whose timers fire while they are made, if they are due.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.Zero)
            {
                return base.CreateTimer(callback, state, dueTime, period);
            }

            callback(state);
            return base.CreateTimer(callback, state, period, period);
        }
    }
}
