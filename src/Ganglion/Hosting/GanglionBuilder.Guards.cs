using System.Text.Json;
using Ganglion.Guards;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Hosting;

// Guards, and kinds of them.
public sealed partial class GanglionBuilder
{
    // What the application writes itself has no settings that a version could come of.
    private const string FirstVersion = "1";

    /// <summary>Adds a guard of the application's own.</summary>
    /// <typeparam name="TGuard">Its class; what its constructor wants are services of the host.</typeparam>
    /// <param name="name">What it is called: 1 to 100 characters of <c>a–z A–Z 0–9 . _ -</c>.</param>
    /// <param name="version">Its version; several of a name may be there side by side.</param>
    /// <param name="timeout">How long it may take for an event. Default 2 s.</param>
    public GanglionBuilder AddGuard<TGuard>(string name, string version = FirstVersion, TimeSpan? timeout = null)
        where TGuard : class, IGuard =>
        AddGuard(name, version, timeout, static services => services.GetService<TGuard>() ?? ActivatorUtilities.CreateInstance<TGuard>(services));

    /// <summary>Adds a guard of the application's own, without a class.</summary>
    /// <param name="name">What it is called: 1 to 100 characters of <c>a–z A–Z 0–9 . _ -</c>.</param>
    /// <param name="judge">Judges an event.</param>
    /// <param name="version">Its version; several of a name may be there side by side.</param>
    /// <param name="timeout">How long it may take for an event. Default 2 s.</param>
    public GanglionBuilder AddGuard(
        string name, Func<GuardedEvent, CancellationToken, ValueTask<Verdict>> judge, string version = FirstVersion, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(judge);
        return AddGuard(name, version, timeout, _ => new DelegateGuard(judge));
    }

    /// <summary>Adds a guard that is made of settings.</summary>
    /// <param name="name">What it is called: 1 to 100 characters of <c>a–z A–Z 0–9 . _ -</c>.</param>
    /// <param name="kind">The kind, such as <c>rules</c>, <c>pii</c>, <c>lists</c>.</param>
    /// <param name="settings">The settings of the kind: an object that is JSON, or becomes it, such as <c>new { maxLength = 4_000 }</c>. Default: none.</param>
    /// <param name="version">Its version. Default: one that comes of the settings.</param>
    /// <param name="timeout">How long it may take for an event. Default: as the kind says.</param>
    public GanglionBuilder AddGuard(string name, string kind, object? settings = null, string? version = null, TimeSpan? timeout = null)
    {
        JsonElement json = settings switch
        {
            null => default,
            JsonElement element => element,
            _ => JsonSerializer.SerializeToElement(settings, JsonSerializerOptions.Web),
        };
        var definition = new GuardDefinition(name, kind, json) { Version = version!, Timeout = timeout };
        Services.AddSingleton(GuardRegistration.Of(definition, name));
        return this;
    }

    /// <summary>
    /// Adds the guards of a file, JSON or YAML: under <c>guards</c> it has names, and under each the <c>kind</c>, the <c>settings</c>, and if wanted a
    /// <c>version</c> and a <c>timeout</c>. The configuration says the same under <c>Ganglion:Guards</c>.
    /// </summary>
    /// <param name="path">The file: <c>.yaml</c> and <c>.yml</c> are YAML, all else is JSON. It is read when the host starts.</param>
    public GanglionBuilder AddGuards(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Services.AddSingleton(new GuardFile(path));
        return this;
    }

    /// <summary>Adds a kind that guards can be made of by settings.</summary>
    /// <param name="kind">What it is called.</param>
    /// <param name="create">
    /// Makes a guard of its settings; undefined if there are none. What it throws is told as a fault of the settings; of a
    /// <see cref="GuardDefinitionException"/> every single one.
    /// </param>
    public GanglionBuilder AddGuardKind(string kind, Func<JsonElement, IServiceProvider, IGuard> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentNullException.ThrowIfNull(create);
        Services.AddSingleton(GuardKind.Of(kind, create));
        return this;
    }

    private GanglionBuilder AddGuard(string name, string version, TimeSpan? timeout, Func<IServiceProvider, IGuard> make)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(version);
        Services.AddSingleton(new GuardRegistration(name, name, version, timeout, Definition: null, make));
        return this;
    }
}
