using System.Collections.Concurrent;
using System.Threading.Channels;
using Ganglion.Supervision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Tests.Supervision;

/// <summary>The order in which children stop and start, also where more than one breaks.</summary>
public sealed class RestartGroupTests : IDisposable
{
    private readonly ConcurrentQueue<string> _told = new();
    private readonly Child[] _children;
    private readonly Supervisor _supervisor;

    public RestartGroupTests()
    {
        _children = [.. new[] { "a", "b", "c" }.Select(name => new Child(name, _told))];
        var options = new SupervisorOptions
        {
            Strategy = RestartStrategy.RestForOne, MaxRestarts = 3, RestartDelay = TimeSpan.FromMilliseconds(50), MaxRestartDelay = TimeSpan.FromMilliseconds(50),
        };
        _supervisor = new Supervisor("team", options, TimeProvider.System, NullLogger.Instance);
        foreach (Child child in _children)
        {
            _supervisor.Add(child);
        }
    }

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public void Dispose() => _supervisor.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task The_last_stops_first_and_the_first_starts_first()
    {
        await _supervisor.StartAsync(Timeout);

        _children[1].Break();
        await _children[2].WhenStartedAsync(2);
        await _supervisor.StopAsync("It is over.", Timeout);

        _told.ShouldBe(["+a", "+b", "+c", "-c", "-b", "+b", "+c", "-c", "-b", "-a"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task One_that_breaks_while_others_wait_for_their_restart_takes_those_after_it_along()
    {
        await _supervisor.StartAsync(Timeout);

        _children[2].Stopped = _children[0].Break;
        _children[2].Break();
        await _children[2].WhenStartedAsync(2);
        await _supervisor.StopAsync("It is over.", Timeout);

        _told.ShouldBe(["+a", "+b", "+c", "-c", "-b", "-a", "+a", "+b", "+c", "-c", "-b", "-a"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task One_that_cannot_start_again_is_tried_again_and_counts_each_time()
    {
        await _supervisor.StartAsync(Timeout);

        _children[1].FailingStarts = 2;
        _children[1].Break();
        await _children[2].WhenStartedAsync(2);

        _supervisor.Status.IsWorking.ShouldBeTrue();
        _children[1].Break();
        (await Should.ThrowAsync<RestartsExhaustedException>(() => _supervisor.Broken.WaitAsync(Timeout))).Message.ShouldContain("'b'");
        _supervisor.Status.IsWorking.ShouldBeFalse();
        await _supervisor.StopAsync("It is over.", Timeout);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_supervisor_that_has_given_up_begins_anew_when_it_is_restarted()
    {
        await _supervisor.StartAsync(Timeout);
        _children[0].FailingStarts = 3;
        _children[0].Break();
        await Should.ThrowAsync<RestartsExhaustedException>(() => _supervisor.Broken.WaitAsync(Timeout));
        await _supervisor.StopAsync("It has given up.", Timeout);

        await _supervisor.StartAsync(Timeout);

        _supervisor.Status.IsWorking.ShouldBeTrue();
        _supervisor.Broken.IsCompleted.ShouldBeFalse();
        _children[0].Break();
        await _children[0].WhenStartedAsync(3);
        await _supervisor.StopAsync("It is over.", Timeout);
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_pause_before_a_restart_is_twice_as_long_as_the_one_before_until_the_child_has_worked_for_long_enough()
    {
        var time = new ManualTime();
        var options = new SupervisorOptions
        {
            MaxRestarts = SupervisorOptions.Unlimited, RestartDelay = TimeSpan.FromSeconds(1), MaxRestartDelay = TimeSpan.FromSeconds(4),
        };
        Child child = _children[0];
        using var supervisor = new Supervisor("patient", options, time, NullLogger.Instance);
        supervisor.Add(child);
        await supervisor.StartAsync(Timeout);
        await child.WhenStartedAsync(1);

        foreach (int seconds in (int[])[1, 2, 4, 4])
        {
            await BreakAsync(seconds);
        }

        time.Advance(options.RestartWindow);
        await BreakAsync(1);
        await supervisor.StopAsync("It is over.", Timeout);

        async Task BreakAsync(int seconds)
        {
            child.Break();
            await time.WhenTimerIsSetAsync(options.MaxRestartDelay * 1.2);
            time.IsTimerSet(TimeSpan.FromSeconds(seconds * 0.79)).ShouldBeFalse();
            time.IsTimerSet(TimeSpan.FromSeconds(seconds * 1.21)).ShouldBeTrue();
            time.Advance(options.MaxRestartDelay * 1.2);
            await child.WhenStartedAsync(1);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task If_one_cannot_start_at_first_those_before_it_are_stopped()
    {
        _children[2].FailingStarts = 1;

        await Should.ThrowAsync<InvalidOperationException>(() => _supervisor.StartAsync(Timeout));

        _told.Where(told => told[0] == '+').ShouldBe(["+a", "+b"]);
        _told.Where(told => told[0] == '-').ShouldBe(["-c", "-b", "-a"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task One_that_is_disposed_of_without_being_stopped_restarts_nothing_and_gives_nothing_up()
    {
        await _supervisor.StartAsync(Timeout);

        _supervisor.Dispose();
        _children[0].Break();

        await _supervisor.Watching.WaitAsync(Timeout);
        _supervisor.Broken.IsCompleted.ShouldBeFalse();
        _told.ShouldBe(["+a", "+b", "+c"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(RestartStrategy.OneForOne)]
    [InlineData(RestartStrategy.OneForAll)]
    public async Task One_that_is_added_while_the_supervisor_waits_to_be_restarted_starts_with_the_others_and_once(RestartStrategy strategy)
    {
        var late = new Child("late", _told);
        using var supervisor = new Supervisor("team", new SupervisorOptions { Strategy = strategy }, TimeProvider.System, NullLogger.Instance);
        supervisor.Add(_children[0]);
        await supervisor.StartAsync(Timeout);
        await supervisor.StopAsync("It is restarted.", Timeout);

        await supervisor.AddAsync(late, Timeout);
        await supervisor.StartAsync(Timeout);
        await supervisor.StopAsync("It is over.", Timeout);

        _told.Where(what => what.EndsWith("late", StringComparison.Ordinal)).ShouldBe(["+late", "-late"]);
    }

    private sealed class Child(string name, ConcurrentQueue<string> told) : ISupervised
    {
        private readonly Channel<bool> _starts = Channel.CreateUnbounded<bool>();
        private TaskCompletionSource _broken = new();

        public string Name => name;

        public Task Broken => _broken.Task;

        public int FailingStarts { get; set; }

        public Action? Stopped { get; set; }

        public void Break() => _broken.TrySetException(new InvalidOperationException($"{name} is broken."));

        public async Task WhenStartedAsync(int times)
        {
            for (int i = 0; i < times; i++)
            {
                await _starts.Reader.ReadAsync(Timeout);
            }
        }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            if (FailingStarts > 0)
            {
                FailingStarts--;
                throw new InvalidOperationException($"{name} cannot start.");
            }

            told.Enqueue("+" + name);
            _broken = new TaskCompletionSource();
            _starts.Writer.TryWrite(true);
            return Task.CompletedTask;
        }

        public Task StopAsync(string reason, CancellationToken cancellationToken)
        {
            told.Enqueue("-" + name);
            Stopped?.Invoke();
            Stopped = null;
            return Task.CompletedTask;
        }
    }
}
