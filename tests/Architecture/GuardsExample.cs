using Ganglion.Guards;
using Microsoft.Extensions.Hosting;

namespace Architecture;

/// <summary>The code of docs/guards.md.</summary>
internal static class GuardsExample
{
    public const string Path = "tests/Architecture/GuardsExample.cs";

    public static void Add(IHostApplicationBuilder builder)
    {
        builder.AddGanglion(ganglion => ganglion
            .UseEmbeddedBroker("data")
            .AddGuard("short", "rules", new { maxLength = 4_000, fallback = "Please say it in fewer words." })
            .AddGuards("guards.yaml")
            .AddGuard<OpeningHours>("opening-hours"));
    }
}

public sealed class OpeningHours(TimeProvider time) : IGuard
{
    public ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken) => ValueTask.FromResult(
        time.GetUtcNow().Hour is >= 6 and < 20
            ? Verdict.Pass()
            : Verdict.Block("out of hours", fallback: "We are back at six."));
}
