using System.Text.Json;
using Ganglion.Guards.Composites;
using Ganglion.Guards.Injection;
using Ganglion.Guards.Lists;
using Ganglion.Guards.Models;
using Ganglion.Guards.Pii;
using Ganglion.Guards.Rules;

namespace Ganglion.Guards;

/// <summary>A kind of guard: what makes one of settings.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Make">Makes a guard; <see langword="null"/> if the settings have faults, which it adds to the list.</param>
internal sealed record GuardKind(string Name, Func<GuardSite, IGuard?> Make)
{
    /// <summary>How long a guard of the kind may take, if it is not told otherwise.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The kinds that every host has.</summary>
    public static IReadOnlyList<GuardKind> BuiltIn { get; } =
    [
        new GuardKind("rules", RulesGuard.Create),
        new GuardKind("pii", PiiGuard.Create),
        new GuardKind("prompt-injection", InjectionGuard.Create),
        new GuardKind("model", ModelGuard.Create) { Timeout = TimeSpan.FromSeconds(30) },
        new GuardKind("lists", ListsGuard.Create),
        new GuardKind("all", AllGuard.Create),
        new GuardKind("first", FirstGuard.Create),
    ];

    /// <summary>A kind of the application's own.</summary>
    public static GuardKind Of(string name, Func<JsonElement, IServiceProvider, IGuard> create) => new(name, site =>
    {
        try
        {
            return create(site.Settings.All, site.Services);
        }
        catch (GuardDefinitionException wrong)
        {
            site.Settings.Faults.AddRange(wrong.Faults.Select(fault => $"{site.Settings.Path}: {fault}"));
        }
        catch (Exception exception)
        {
            site.Settings.Faults.Add($"{site.Settings.Path}: {exception.Message}");
        }

        return null;
    });
}
