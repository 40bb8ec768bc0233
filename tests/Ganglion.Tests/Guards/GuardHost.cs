using System.Text;
using System.Text.Json;
using Ganglion.Events;
using Ganglion.Guards;
using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Guards;

/// <summary>Makes guards as a host does, and gives them events.</summary>
internal static class GuardHost
{
    public static ServiceProvider With(Action<GanglionBuilder> configure, Action<IServiceCollection>? services = null)
    {
        var collection = new ServiceCollection();
        services?.Invoke(collection);
        return collection.AddGanglion(configure).BuildServiceProvider();
    }

    public static GuardCatalog Catalog(Action<GanglionBuilder> configure, Action<IServiceCollection>? services = null) =>
        With(configure, services).GetRequiredService<GuardCatalog>();

    public static GuardRunner Create(string kind, [System.Diagnostics.CodeAnalysis.StringSyntax("Json")] string settings) =>
        Catalog(_ => { }).Create(new GuardDefinition("tested", kind, JsonElement.Parse(settings)));

    public static IReadOnlyList<string> FaultsOf(string kind, [System.Diagnostics.CodeAnalysis.StringSyntax("Json")] string settings) =>
        Should.Throw<GuardDefinitionException>(() => Create(kind, settings)).Faults;

    public static ValueTask<Verdict> JudgeAsync(this IGuard guard, string text) => guard.JudgeJsonAsync(JsonSerializer.Serialize(new { text }));

    public static ValueTask<Verdict> JudgeJsonAsync(this IGuard guard, string json) => guard.JudgeAsync(Event(json), TestContext.Current.CancellationToken);

    public static GuardedEvent Event(string json, string? contentType = "application/json") => new(CloudEvent(json, contentType), "user.messages", "maria");

    public static CloudEvent CloudEvent(string data, string? contentType = "application/json") => CloudEvent(Encoding.UTF8.GetBytes(data), contentType);

    public static CloudEvent CloudEvent(byte[]? data, string? contentType) => new()
    {
        Id = "1",
        Source = "/tests",
        Type = "user.message",
        Subject = "greeting",
        DataContentType = contentType,
        Data = data is null ? null : (ReadOnlyMemory<byte>?)data,
    };

    public static string TextOf(CloudEvent? cloudEvent) => Encoding.UTF8.GetString(cloudEvent!.Data!.Value.Span);
}
