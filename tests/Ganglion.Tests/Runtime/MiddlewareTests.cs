using System.Collections.Concurrent;
using System.Text;
using Ganglion.Agents;
using Ganglion.DeadLetters;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Runtime;
using Ganglion.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Runtime;

/// <summary>Code of the host's own around the handlers of agents.</summary>
public sealed class MiddlewareTests
{
    private readonly Script _script = new();

    // What middleware does in a test, and what was done in which order.
    private sealed class Script
    {
        private readonly ConcurrentQueue<string> _log = new();

        public Func<MiddlewareContext, Func<Task>, Task> Run { get; set; } = (_, next) => next();

        public IReadOnlyList<string> Log => [.. _log];

        public void Add(string what) => _log.Enqueue(what);
    }

    private sealed class Scripted(Script script) : IAgentMiddleware
    {
        public Task InvokeAsync(MiddlewareContext context, Func<Task> next) => script.Run(context, next);
    }

    private class Noted(Script script) : IAgentMiddleware
    {
        public async Task InvokeAsync(MiddlewareContext context, Func<Task> next)
        {
            script.Add($"{GetType().Name} begins");
            await next();
            script.Add($"{GetType().Name} ends");
        }
    }

    private sealed class OfHost(Script script) : Noted(script);

    private sealed class First(Script script) : Noted(script);

    private sealed class Second(Script script) : Noted(script);

    private sealed class Behind(Script script) : Noted(script);

    // A service of the scope, and a middleware that both are to be disposed of.
    private sealed class Tenant(Script script) : IDisposable
    {
        public string? Name { get; set; }

        public void Dispose() => script.Add("scope disposed");
    }

    private sealed class TenantMiddleware(Tenant tenant, Script script) : IAgentMiddleware, IAsyncDisposable
    {
        public async Task InvokeAsync(MiddlewareContext context, Func<Task> next)
        {
            tenant.Name = context.Event.Subject;
            await next();
            script.Add($"services {context.Services.GetRequiredService<Tenant>() == tenant}");
        }

        public ValueTask DisposeAsync()
        {
            script.Add("middleware disposed");
            return default;
        }
    }

    // Takes no services.
    private sealed class Plain : IAgentMiddleware
    {
        public Task InvokeAsync(MiddlewareContext context, Func<Task> next) => next();
    }

    private Task<AgentTestHost> StartAsync(Action<AgentBuilder> define, Action<GanglionBuilder>? configure = null, Action<AgentOptions>? options = null) =>
        AgentTestHost.StartAsync(Configure(define, configure, options));

    private Action<GanglionBuilder> Configure(Action<AgentBuilder> define, Action<GanglionBuilder>? configure = null, Action<AgentOptions>? options = null) => ganglion =>
    {
        ganglion.Services.AddSingleton(_script);
        ganglion.AddAgent("worker", define, agent =>
        {
            agent.RetryDelay = TimeSpan.FromMilliseconds(1);
            agent.Retries = 2;
            options?.Invoke(agent);
        });
        if (configure is null && options is null)
        {
            ganglion.AddMiddleware<Scripted>();
        }

        configure?.Invoke(ganglion);
    };

    private static void Echo(AgentBuilder agent) => agent.On<Note>("notes", (note, context) => context.Publish("echoes", note));

    private static async Task<List<string>> TextsAsync(AgentTestHost host, string topic, int count) =>
        [.. (await host.ReadAsync(topic, count)).Select(@event => Encoding.UTF8.GetString(@event.Data!.Value.Span))];

    private static async Task<string> CauseAsync(AgentTestHost host)
    {
        (_, Record letter) = (await host.ReadRecordsAsync("notes.dlq", 1))[0];
        return string.Join('\n', letter.Headers.Select(header => $"{header.Name}: {Encoding.UTF8.GetString(header.Value.GetValueOrDefault().Span)}"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Middleware_runs_around_what_follows_in_the_order_in_which_it_was_added_and_the_hosts_outermost()
    {
        await using AgentTestHost host = await StartAsync(
            agent => agent.On<Note>("notes", (_, context) =>
            {
                _script.Add("handler");
                context.Publish("done", 1);
            }),
            ganglion => ganglion.AddMiddleware<OfHost>(),
            options => options
                .AddMiddleware<Behind>(PipelinePlace.After(PipelineSteps.Handle))
                .AddMiddleware<First>()
                .AddMiddleware<Second>(PipelinePlace.Before(PipelineSteps.Handle)));

        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.ReadAsync("done", 1);

        _script.Log.ShouldBe(
        [
            "OfHost begins", "First begins", "Second begins", "handler", "Behind begins", "Behind ends", "Second ends", "First ends", "OfHost ends",
        ]);
    }

    [Fact(Timeout = 60_000)]
    public async Task All_places_from_behind_recall_to_before_collect_are_taken_in_their_order()
    {
        await using AgentTestHost host = await StartAsync(
            Echo,
            options: options => options
                .AddMiddleware<Second>(PipelinePlace.Before(PipelineSteps.Collect))
                .AddMiddleware<First>(PipelinePlace.After(PipelineSteps.Reach))
                .AddMiddleware<Behind>(PipelinePlace.Before(PipelineSteps.Reach))
                .AddMiddleware<OfHost>(PipelinePlace.After(PipelineSteps.Recall)));

        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.ReadAsync("echoes", 1);

        _script.Log.Where(line => line.EndsWith("begins", StringComparison.Ordinal)).ShouldBe(["OfHost begins", "Behind begins", "First begins", "Second begins"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Middleware_sees_the_event_the_instance_the_handler_and_the_attempt()
    {
        _script.Run = async (context, next) =>
        {
            _script.Add($"{context.Self} {context.Event.Type} {context.Channel} {context.Attempt} {context.IsResumed} {context.IsWaiting} {context.CancellationToken.CanBeCanceled}");
            await next();
        };
        await using AgentTestHost host = await StartAsync(Echo);

        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.ReadAsync("echoes", 1);

        _script.Log.ShouldBe(["worker/k notes notes 1 False False True"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Around_a_handler_that_waits_middleware_runs_for_each_turn()
    {
        _script.Run = async (context, next) =>
        {
            string before = $"{context.Event.Type} {context.Attempt} resumed {context.IsResumed}";
            await next();
            _script.Add($"{before} waits {context.IsWaiting}");
        };
        await using AgentTestHost host = await StartAsync(agent => agent.On<Note>("notes", async (note, context) =>
        {
            await context.DelayAsync(TimeSpan.Zero);
            context.Publish("middle", note);
            await context.DelayAsync(TimeSpan.Zero);
            context.Publish("done", note);
        }));

        await host.AppendAsync("notes", "k", """{"number":1}""");

        await host.ReadAsync("done", 1);
        _script.Log.ShouldBe(["notes 1 resumed False waits True", "notes 1 resumed True waits True", "notes 1 resumed True waits False"]);
        (await host.ReadAsync("middle", 1)).Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_that_is_put_aside_passes_the_middleware_when_it_is_handled()
    {
        _script.Run = async (context, next) =>
        {
            await next();
            _script.Add($"{context.Channel} {Encoding.UTF8.GetString(context.Event.Data!.Value.Span)}");
        };
        await using AgentTestHost host = await StartAsync(agent => agent
            .On("holds", [Exclusive] async (AgentContext context) =>
            {
                context.Publish("held", 1);
                await context.AskAsync<int>("asked", 1, "answers");
            })
            .On<int>("numbers", (number, context) => context.Publish("done", number)));
        await host.AppendAsync("holds", "k", "0");
        CloudEvent asked = (await host.ReadAsync("asked", 1))[0];
        await host.AppendAsync("numbers", "k", "1");
        await host.ReadAsync("worker.journal", 2);

        await host.Publisher.PublishAsync(
            "answers", new CloudEvent("answers", "/tests", TimeProvider.System) { CausationId = asked.Id, Data = "2"u8.ToArray() }, "k", AgentTestHost.Timeout);

        await host.ReadAsync("done", 1);
        _script.Log.ShouldBe(["holds 0", "holds 0", "numbers 1"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Middleware_sees_what_the_handler_throws_at_each_attempt()
    {
        _script.Run = async (context, next) =>
        {
            try
            {
                await next();
                _script.Add($"{context.Attempt}");
            }
            catch (InvalidOperationException exception)
            {
                _script.Add($"{context.Attempt} {exception.Message}");
                throw;
            }
        };
        await using AgentTestHost host = await StartAsync(agent => agent.On<Note>("notes", (note, context) =>
        {
            context.Publish("done", context.Attempt);
            if (context.Attempt == 1)
            {
                throw new InvalidOperationException("Not yet.");
            }
        }));

        await host.AppendAsync("notes", "k", """{"number":1}""");

        (await TextsAsync(host, "done", 1)).ShouldBe(["2"]);
        _script.Log.ShouldBe(["1 Not yet.", "2"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false, 3)]
    [InlineData(true, 1)]
    public async Task What_middleware_throws_counts_as_the_handlers_failure(bool isHopeless, int attempts)
    {
        _script.Run = (context, _) =>
        {
            _script.Add($"{context.Attempt}");
            throw isHopeless ? new UnprocessableEventException("Never.") : new InvalidOperationException("Not so.");
        };
        await using AgentTestHost host = await StartAsync(Echo);

        await host.AppendAsync("notes", "k", """{"number":1}""");

        string cause = await CauseAsync(host);
        cause.ShouldContain(isHopeless ? "Never." : "Not so.");
        cause.ShouldContain($"__dlq.errors.delivery.count: {attempts}");
        _script.Log.Count.ShouldBe(attempts);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_the_handler_did_is_not_kept_if_middleware_fails_behind_it()
    {
        _script.Run = async (context, next) =>
        {
            await next();
            if (context.Attempt == 1)
            {
                throw new InvalidOperationException("Not yet.");
            }
        };
        await using AgentTestHost host = await StartAsync(agent => agent.On<Note>("notes", (_, context) =>
        {
            int count = context.GetState<int>() + 1;
            context.SetState(count);
            context.Publish("counted", $"{context.Attempt} {count}");
        }));

        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.AppendAsync("notes", "k", """{"number":2}""");

        (await TextsAsync(host, "counted", 2))[0].ShouldBe("\"2 1\"");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_that_middleware_skips_is_finished_and_its_handler_is_not_called()
    {
        using var measured = new Measurements("messaging.consumer.group.name", "skipping-worker");
        _script.Run = (context, next) => context.Event.Subject == "skip" ? Task.CompletedTask : next();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion =>
        {
            ganglion.Services.AddSingleton(_script);
            ganglion.AddAgent("skipping-worker", Echo, options => options.Partitions = 1).AddMiddleware<Scripted>();
        });

        await host.Publisher.PublishAsync("notes", Number(1) with { Subject = "skip" }, "k", AgentTestHost.Timeout);
        await host.Publisher.PublishAsync("notes", Number(2), "k", AgentTestHost.Timeout);

        (await TextsAsync(host, "echoes", 1)).ShouldBe(["""{"number":2}"""]);
        await host.StopAsync();
        (await host.Broker.Groups.FindAsync("skipping-worker", AgentTestHost.Timeout))!.Offsets
            .Single(offset => offset.Partition.Topic == "notes").Committed.Offset.ShouldBe(2);
        measured.Of("ganglion.events.skipped").ShouldHaveSingleItem().Tags["messaging.destination.name"].ShouldBe("notes");
        (await host.Broker.Topics.FindAsync("notes.dlq", AgentTestHost.Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Skipped_at_a_later_attempt_nothing_of_the_earlier_ones_is_kept()
    {
        _script.Run = (context, next) => context.Attempt == 1 ? next() : Task.CompletedTask;
        await using AgentTestHost host = await StartAsync(agent => agent.On<Note>("notes", (note, context) =>
        {
            context.Publish("echoes", note);
            context.SetState(note.Number + context.GetState<int>());
            if (note.Number == 1)
            {
                throw new InvalidOperationException("Not this one.");
            }

            context.Publish("sums", context.GetState<int>());
        }));

        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.AppendAsync("notes", "k", """{"number":2}""");

        (await TextsAsync(host, "echoes", 1)).ShouldBe(["""{"number":2}"""]);
        (await TextsAsync(host, "sums", 1)).ShouldBe(["2"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failure_that_middleware_swallows_finishes_the_event_and_keeps_nothing()
    {
        _script.Run = async (_, next) =>
        {
            try
            {
                await next();
            }
            catch (InvalidOperationException)
            {
                _script.Add("swallowed");
            }
        };
        await using AgentTestHost host = await StartAsync(agent => agent.On<Note>("notes", (note, context) =>
        {
            context.Publish("echoes", note);
            if (note.Number == 1)
            {
                throw new InvalidOperationException("Not this one.");
            }
        }));

        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.AppendAsync("notes", "k", """{"number":2}""");

        (await TextsAsync(host, "echoes", 1)).ShouldBe(["""{"number":2}"""]);
        _script.Log.ShouldBe(["swallowed"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failure_behind_an_effect_counts_also_when_middleware_swallows_it()
    {
        int effects = 0;
        _script.Run = async (context, next) =>
        {
            try
            {
                await next();
                _script.Add($"{context.Attempt} {context.IsResumed}");
            }
            catch (InvalidOperationException)
            {
                _script.Add("swallowed");
            }
        };
        await using AgentTestHost host = await StartAsync(agent => agent.On<Note>("notes", async (note, context) =>
        {
            await context.RunAsync("count", _ => Task.FromResult(Interlocked.Increment(ref effects)));
            if (context.Attempt == 1)
            {
                throw new InvalidOperationException("Not yet.");
            }

            context.Publish("done", note);
        }));

        await host.AppendAsync("notes", "k", """{"number":1}""");

        await host.ReadAsync("done", 1);
        _script.Log.ShouldBe(["swallowed", "2 True"]);
        effects.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_waits_cannot_be_skipped_and_goes_on_when_it_is_redriven()
    {
        bool isSkipping = true;
        _script.Run = (context, next) => context.IsResumed && isSkipping ? Task.CompletedTask : next();
        await using AgentTestHost host = await StartAsync(agent => agent.On<Note>("notes", async (note, context) =>
        {
            await context.DelayAsync(TimeSpan.Zero);
            context.Publish("done", note);
        }));

        await host.AppendAsync("notes", "k", """{"number":1}""");
        (await CauseAsync(host)).ShouldContain("Let it call next where IsResumed is set.");

        isSkipping = false;
        DeadLetterQueue queue = host.Host.Services.GetRequiredService<DeadLetterQueue>();
        DeadLetter letter = (await queue.ListAsync(cancellationToken: AgentTestHost.Timeout)).Letters.ShouldHaveSingleItem();
        await queue.RedriveAsync([letter.Position], new RedriveOptions { Execute = true }, AgentTestHost.Timeout);
        (await TextsAsync(host, "done", 1)).ShouldBe(["""{"number":1}"""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_awaits_the_reply_to_a_request_that_is_skipped_is_told()
    {
        _script.Run = (_, _) => Task.CompletedTask;
        await using AgentTestHost host = await StartAsync(agent => agent.OnRequest("add", (Note note, AgentContext _) => note.Number + 1));

        RequestFailedException failure = await Should.ThrowAsync<RequestFailedException>(
            async () => await host.Host.Services.GetRequiredService<IAgentRuntime>().SendMessageAsync<int>(
                new Note(1), new AgentId(new AgentType("worker"), "k"), "add", cancellationToken: AgentTestHost.Timeout));

        failure.Reason.ShouldBe("request-skipped");
    }

    [Fact(Timeout = 60_000)]
    public async Task Requests_pass_the_middleware_as_events_do()
    {
        _script.Run = async (context, next) =>
        {
            _script.Add(context.Channel);
            await next();
        };
        await using AgentTestHost host = await StartAsync(agent => agent.OnRequest("add", (Note note, AgentContext _) => note.Number + 1));

        int reply = await host.Host.Services.GetRequiredService<IAgentRuntime>().SendMessageAsync<int>(
            new Note(1), new AgentId(new AgentType("worker"), "k"), "add", cancellationToken: AgentTestHost.Timeout);

        reply.ShouldBe(2);
        _script.Log.ShouldBe(["add"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Middleware_that_calls_next_twice_is_told_and_the_handler_runs_once()
    {
        _script.Run = async (_, next) =>
        {
            await next();
            _script.Add((await Should.ThrowAsync<InvalidOperationException>(() => next())).Message);
        };
        await using AgentTestHost host = await StartAsync(Echo);

        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.AppendAsync("notes", "k", """{"number":2}""");

        (await TextsAsync(host, "echoes", 2)).ShouldBe(["""{"number":1}""", """{"number":2}"""]);
        _script.Log[0].ShouldContain("has called next twice");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_middleware_does_not_await_does_not_go_on_behind_its_back()
    {
        var release = new TaskCompletionSource();
        Func<Task>? leaked = null;
        _script.Run = (context, next) =>
        {
            leaked = next;
            _ = next();
            release.SetResult();
            return Task.CompletedTask;
        };
        await using AgentTestHost host = await StartAsync(agent => agent.On<Note>("notes", async (note, context) =>
        {
            await context.RunAsync("wait", async _ => await release.Task);
            context.Publish("echoes", note);
        }));

        await host.AppendAsync("notes", "k", """{"number":1}""");

        (await host.ReadAsync("echoes", 1)).Count.ShouldBe(1);
        (await Should.ThrowAsync<InvalidOperationException>(() => leaked!())).Message.ShouldContain("when it was over");
    }

    [Fact(Timeout = 60_000)]
    public async Task Middleware_and_handler_share_a_scope_that_ends_with_the_attempt()
    {
        await using AgentTestHost host = await StartAsync(
            agent => agent.On("notes", (Note note, AgentContext context, Tenant tenant) => context.Publish("done", $"{tenant.Name}")),
            ganglion => ganglion.AddMiddleware<Plain>().AddMiddleware<TenantMiddleware>().Services.AddScoped<Tenant>());

        await host.Publisher.PublishAsync("notes", Number(1) with { Subject = "acme" }, "k", AgentTestHost.Timeout);

        (await TextsAsync(host, "done", 1)).ShouldBe(["\"acme\""]);
        _script.Log.ShouldBe(["services True", "middleware disposed", "scope disposed"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Middleware_that_waits_is_told_when_its_work_is_in_vain()
    {
        var waits = new TaskCompletionSource();
        var told = new TaskCompletionSource();
        _script.Run = async (context, next) =>
        {
            waits.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
            catch (OperationCanceledException)
            {
                told.SetResult();
                throw;
            }
        };
        await using AgentTestHost host = await StartAsync(Echo);
        await host.AppendAsync("notes", "k", """{"number":1}""");
        await waits.Task;

        await host.KillAsync();

        await told.Task;
        _script.Run = (_, next) => next();
        await host.RunAsync(Configure(Echo));
        (await TextsAsync(host, "echoes", 1)).ShouldBe(["""{"number":1}"""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task While_middleware_waits_other_instances_are_handled()
    {
        var release = new TaskCompletionSource();
        _script.Run = async (context, next) =>
        {
            if (context.Self.Key == "slow")
            {
                await release.Task;
            }

            await next();
        };
        await using AgentTestHost host = await StartAsync(Echo);
        await host.AppendAsync("notes", "slow", """{"number":1}""");
        await host.AppendAsync("notes", "fast", """{"number":2}""");

        (await TextsAsync(host, "echoes", 1)).ShouldBe(["""{"number":2}"""]);
        release.SetResult();
        (await host.ReadAsync("echoes", 2)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Middleware_in_places_that_there_are_not_keeps_the_host_from_starting()
    {
        await using var host = new AgentTestHost();

        AgentDefinitionException error = await Should.ThrowAsync<AgentDefinitionException>(() => host.RunAsync(ganglion => ganglion
            .AddMiddleware<Plain>(PipelinePlace.Before("handel"))
            .AddMiddleware<Plain>(PipelinePlace.After(PipelineSteps.Decode))
            .AddAgent("worker", Echo, options => options.AddMiddleware<Plain>(PipelinePlace.After(PipelineSteps.Collect)))));

        error.Faults.Count.ShouldBe(3);
        error.Faults[0].ShouldStartWith("The host has the middleware Plain before 'handel', which is no step: there are 'decode', 'correlate'");
        error.Faults[1].ShouldStartWith("The host has the middleware Plain after 'decode', where there can be none");
        error.Faults[2].ShouldStartWith("The agent 'worker' has the middleware Plain after 'collect', where there can be none");
        error.Faults.ShouldAllBe(fault => fault.EndsWith(
            "Place it after 'recall', before 'handle', after 'handle', before 'reach', after 'reach' or before 'collect'.", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_steps_are_listed_as_they_run_with_the_middleware_of_the_host_and_of_each_agent()
    {
        await using AgentTestHost host = await StartAsync(
            Echo,
            ganglion => ganglion.AddMiddleware<OfHost>().AddAgent("other", agent => agent.On<Note>("others", (_, _) => { })),
            options => options.AddMiddleware<First>().AddMiddleware<Behind>(PipelinePlace.After(PipelineSteps.Handle)));

        IReadOnlyList<PipelineStep> steps = host.Host.Services.GetRequiredService<AgentPipeline>().Steps;

        steps.SkipWhile(step => step.Name != "recall").TakeWhile(step => step.Name != "collect").Select(step => $"{step.Name} {step.Agent}".Trim())
            .ShouldBe(["recall", "OfHost", "First worker", "handle", "Behind worker", "reach"]);
        steps.Count.ShouldBe(AgentPipeline.BuiltInSteps.Count + 3);
    }

    private static CloudEvent Number(int number) => new("notes", "/tests", TimeProvider.System)
    {
        DataContentType = "application/json", Data = Encoding.UTF8.GetBytes($$"""{"number":{{number}}}"""),
    };
}
