using System.Diagnostics;
using System.Text.Json;
using Ganglion.Benchmarks.Harness;
using Ganglion.Events;
using Ganglion.Guards;
using Microsoft.Extensions.DependencyInjection;
using Verdict = Ganglion.Benchmarks.Harness.Verdict;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>What it costs to judge an event in which nothing is found, which is what nearly all are.</summary>
internal sealed class GuardsScenario : IScenario
{
    private const string Text =
        "Guten Tag, ich möchte wissen, wann ich den neuen Wagen für uns abholen könnte. We ordered it for my wife in March, and the dealer said that it would be here "
        + "before the summer. The order has the number A-2231, we paid 1,200 in advance, and on 12 May somebody told us that the seats are late. ";

    private static readonly Unit Microseconds = new("µs", "0.0");

    private static readonly (string Kind, string Settings)[] Guards =
    [
        ("rules", """{"maxLength":4000,"languages":["en","de"],"patterns":[{"name":"ticket","pattern":"TICKET-[0-9]{4,}"},{"name":"iban","pattern":"[A-Z]{2}[0-9]{20}"}]}"""),
        ("pii", "{}"),
        ("prompt-injection", "{}"),
        ("lists", JsonSerializer.Serialize(new { lists = new[] { new { name = "competitors", entries = Enumerable.Range(0, 5_000).Select(i => $"maker {i} motors") } } })),
    ];

    public string Name => "guards";

    public string Description =>
        "Each kind of guard judges an event of 1 KB of JSON, English and German, in which there is nothing to be found; the lists have 5,000 names. Against reading all "
        + "of its texts with `Utf8JsonReader` as strings.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        await using ServiceProvider services = new ServiceCollection().AddGanglion(_ => { }).BuildServiceProvider();
        GuardCatalog catalog = services.GetRequiredService<GuardCatalog>();
        CloudEvent message = Message();
        string all = $$"""{"guards":[{{string.Join(',', Guards.Select(guard => $"{{\"kind\":\"{guard.Kind}\",\"settings\":{guard.Settings}}}"))}}]}""";
        await run.MeasureAsync(
            cancellationToken,
            [
                _ => Task.FromResult(Read(run, message)),
                .. Guards.Append(("all", all)).Select(guard => Judge(run, guard.Item1, catalog.Create(new GuardDefinition("measured", guard.Item1, JsonElement.Parse(guard.Item2))), message)),
            ]);
        foreach (string kind in Guards.Select(guard => guard.Kind))
        {
            run.Expect(Verdict.AtMost(kind, run[kind], 50));
        }

        run.Expect(Verdict.AtMost("all of them", run["all"], 150));
    }

    private static Func<CancellationToken, Task<Sample[]>> Judge(ScenarioRun run, string name, GuardRunner guard, CloudEvent message) => async cancellation =>
    {
        int rounds = run.Settings.Scaled(50_000);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < rounds; i++)
        {
            if ((await guard.JudgeAsync(new GuardedEvent(message, "user.messages.raw"), cancellation)).Kind != VerdictKind.Pass)
            {
                throw new InvalidOperationException($"'{name}' has found something.");
            }
        }

        return Samples(name, started, allocated, rounds);
    };

    private static Sample[] Read(ScenarioRun run, CloudEvent message)
    {
        int rounds = run.Settings.Scaled(50_000);
        int length = 0;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < rounds; i++)
        {
            var reader = new Utf8JsonReader(message.Data!.Value.Span);
            while (reader.Read())
            {
                length += reader.TokenType == JsonTokenType.String ? reader.GetString()!.Length : 0;
            }
        }

        return length > 0 ? Samples("read as strings", started, allocated, rounds) : throw new InvalidOperationException("There is no text.");
    }

    private static Sample[] Samples(string name, long started, long allocated, int rounds) =>
    [
        new(name, Stopwatch.GetElapsedTime(started).TotalMicroseconds / rounds, Microseconds),
        new($"{name}, allocated", (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)rounds, Unit.Bytes),
    ];

    private static CloudEvent Message() => new("user.message", "/bench", TimeProvider.System)
    {
        DataContentType = "application/json",
        Data = JsonSerializer.SerializeToUtf8Bytes(new { user = "c-1182", session = "77ab", text = string.Concat(Enumerable.Repeat(Text, 4))[..900], attachments = Array.Empty<string>(), draft = false }),
    };
}
