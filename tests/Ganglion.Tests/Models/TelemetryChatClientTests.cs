using System.Collections.Concurrent;
using System.Diagnostics;
using Ganglion.Models;
using Ganglion.Tests.Telemetry;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Models;

public sealed class TelemetryChatClientTests
{
    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Theory(Timeout = 20_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_is_a_span_and_its_time_tokens_and_cost_are_measured(bool isStreamed)
    {
        string model = $"model-{Guid.NewGuid():N}";
        using var spans = new Spans();
        using var measured = new Measurements("gen_ai.request.model", model);
        var usage = new UsageDetails { InputTokenCount = 1_000, OutputTokenCount = 500 };
        using var client = new TelemetryChatClient(new ScriptedClient("so", " it is", usage), new ModelPrices(new Dictionary<string, ModelPrice> { [model] = new(2, 8) }));

        await AskAsync(client, model, isStreamed);

        Activity span = spans.Named($"chat {model}").ShouldHaveSingleItem();
        span.Kind.ShouldBe(ActivityKind.Client);
        span.Status.ShouldBe(ActivityStatusCode.Unset);
        span.GetTagItem("gen_ai.operation.name").ShouldBe("chat");
        span.GetTagItem("gen_ai.provider.name").ShouldBe("script");
        span.GetTagItem("gen_ai.usage.input_tokens").ShouldBe(1_000L);
        span.GetTagItem("gen_ai.usage.output_tokens").ShouldBe(500L);
        span.GetTagItem("gen_ai.request.temperature").ShouldBe(0.5f);
        measured.Of("gen_ai.client.operation.duration").ShouldHaveSingleItem().Unit.ShouldBe("s");
        measured.Of("gen_ai.client.token.usage").Select(one => (one.Tags["gen_ai.token.type"], one.Value)).ShouldBe([("input", 1_000), ("output", 500)]);
        measured.Of("ganglion.model.cost").ShouldHaveSingleItem().Value.ShouldBe(0.006, 1e-9);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_fails_says_with_which_code(bool isStreamed)
    {
        string model = $"model-{Guid.NewGuid():N}";
        using var spans = new Spans();
        using var measured = new Measurements("gen_ai.request.model", model);
        using var client = new TelemetryChatClient(new ScriptedClient("so", new ModelProviderException(ModelFault.Overloaded, "too much")));

        await Should.ThrowAsync<ModelProviderException>(() => AskAsync(client, model, isStreamed));

        Activity span = spans.Named($"chat {model}").ShouldHaveSingleItem();
        span.Status.ShouldBe(ActivityStatusCode.Error);
        span.GetTagItem("error.type").ShouldBe("model-overloaded");
        measured.Of("gen_ai.client.operation.duration").ShouldHaveSingleItem().Tags["error.type"].ShouldBe("model-overloaded");
        measured.Of("gen_ai.client.token.usage").ShouldBeEmpty();
    }

    [Fact(Timeout = 20_000)]
    public async Task An_answer_of_which_the_rest_is_not_wanted_is_measured_too()
    {
        string model = $"model-{Guid.NewGuid():N}";
        using var measured = new Measurements("gen_ai.request.model", model);
        using var client = new TelemetryChatClient(new ScriptedClient("so", " it is"));

        await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync("?", new ChatOptions { ModelId = model }, Timeout))
        {
            break;
        }

        measured.Of("gen_ai.client.operation.duration").ShouldHaveSingleItem();
    }

    [Theory(Timeout = 20_000)]
    [InlineData(LogLevel.Trace, false, true)]
    [InlineData(LogLevel.Trace, true, true)]
    [InlineData(LogLevel.Debug, false, false)]
    [InlineData(LogLevel.Debug, true, false)]
    public async Task Prompts_and_answers_are_logged_for_tracing_only(LogLevel level, bool isStreamed, bool isLogged)
    {
        using var spans = new Spans();
        var log = new LogLines(level);
        string model = $"model-{Guid.NewGuid():N}";
        using var client = new TelemetryChatClient(new ScriptedClient("the ", "answer"), logger: log);

        await AskAsync(client, model, isStreamed);

        log.Lines.ShouldBe(isLogged ? [$"The model {model} is asked: user: the question", $"The model {model} has answered: the answer"] : []);
        spans.Named($"chat {model}").Single().TagObjects.ShouldAllBe(tag => !Convert.ToString(tag.Value)!.Contains("the question"));
    }

    private static async Task AskAsync(IChatClient client, string model, bool isStreamed)
    {
        var options = new ChatOptions { ModelId = model, Temperature = 0.5f };
        if (isStreamed)
        {
            await client.GetStreamingResponseAsync("the question", options, Timeout).ToListAsync(Timeout);
        }
        else
        {
            await client.GetResponseAsync("the question", options, Timeout);
        }
    }

    private sealed class LogLines(LogLevel level) : ILogger<TelemetryChatClient>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= level;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Lines.Enqueue(formatter(state, exception));
            }
        }
    }
}
