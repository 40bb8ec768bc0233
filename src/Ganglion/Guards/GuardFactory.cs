using System.Text.Json;
using Ganglion.Configuring;
using Ganglion.Guards.Composites;
using Ganglion.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Guards;

/// <summary>Makes guards: of the kinds and of the named guards that a host has.</summary>
internal sealed class GuardFactory
{
    private const int Deepest = 8;

    private readonly Dictionary<string, GuardKind> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GuardRegistration> _latest = new(StringComparer.Ordinal);
    private readonly List<GuardRegistration> _named = [];
    private readonly GuardMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <param name="services">The services of the host.</param>
    /// <param name="kinds">The kinds.</param>
    /// <param name="registrations">The guards by name; of those with the same name and version the last counts.</param>
    public GuardFactory(IServiceProvider services, IEnumerable<GuardKind> kinds, IEnumerable<GuardRegistration> registrations)
    {
        Services = services;
        _metrics = services.GetRequiredService<GuardMetrics>();
        _time = services.GetRequiredService<TimeProvider>();
        _logger = new UnfailingLogger((services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("Ganglion.Guards"));
        foreach (GuardKind kind in kinds)
        {
            _kinds[kind.Name] = kind;
        }

        foreach (GuardRegistration registration in registrations)
        {
            _named.RemoveAll(known => known.Name == registration.Name && known.Version == registration.Version);
            _named.Add(registration);
            _latest[registration.Name] = registration;
        }
    }

    /// <summary>The services of the host.</summary>
    public IServiceProvider Services { get; }

    /// <summary>The kinds.</summary>
    public IEnumerable<string> Kinds => _kinds.Keys;

    /// <summary>The guards by name, the latest version last.</summary>
    public IReadOnlyList<GuardRegistration> Named => _named;

    /// <summary>Makes a guard that was added.</summary>
    /// <returns><see langword="null"/> if it has faults.</returns>
    public GuardRunner? Make(GuardRegistration registration, IReadOnlyList<string> above, List<string> faults)
    {
        GuardDefinition.Check(registration.Name, registration.Version, registration.Timeout, faults);
        return registration.Definition is { } definition
            ? Make(definition, registration.Path, above, faults)
            : MakeOfCode(registration, faults);
    }

    /// <summary>Makes a guard of settings.</summary>
    /// <returns><see langword="null"/> if it has faults.</returns>
    public GuardRunner? Make(GuardDefinition definition, string path, IReadOnlyList<string> above, List<string> faults)
    {
        if (!_kinds.TryGetValue(definition.Kind, out GuardKind? kind))
        {
            faults.Add($"{path}:kind is '{definition.Kind}': set {string.Join(", ", _kinds.Keys.Order(StringComparer.Ordinal))}, or add the kind by AddGuardKind.");
            return null;
        }

        if (definition.Settings.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            faults.Add($"{path}:settings is {definition.Settings.ValueKind}: set an object.");
            return null;
        }

        var settings = new SettingsReader($"{path}:settings", definition.Settings, faults);
        int known = faults.Count;
        IGuard? guard = kind.Make(new GuardSite(definition.Name, settings, definition.Timeout ?? kind.Timeout, this, above));
        if (guard is null || faults.Count > known)
        {
            return null;
        }

        // Guards within one keep their own times; one that is to take less than all of them together is watched.
        var composite = guard as ICompositeGuard;
        TimeSpan timeout = definition.Timeout ?? composite?.Timeout ?? kind.Timeout;
        bool isBounded = guard is IBoundedGuard && !(composite is not null && definition.Timeout is not null);
        return Run(new GuardDescription(definition.Name, kind.Name, definition.Version, timeout), guard, isBounded);
    }

    /// <summary>Makes the guards within another.</summary>
    public GuardRunner[] MakeWithin(GuardSite site, string setting)
    {
        var guards = new List<GuardRunner>();
        int place = 0;
        foreach ((string path, JsonElement value) in site.Settings.Items(setting))
        {
            if (MakeWithin(site, path, value, place++) is { } guard)
            {
                guards.Add(guard);
            }
        }

        if (place == 0)
        {
            site.Settings.Fault(setting, "has no guards: name one at least.");
        }

        return [.. guards];
    }

    private GuardRunner? MakeWithin(GuardSite site, string path, JsonElement value, int place)
    {
        List<string> faults = site.Settings.Faults;
        if (site.Above.Count >= Deepest)
        {
            faults.Add($"{path} is deeper than {Deepest} guards within each other: write it flatter.");
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return MakeNamed(site, path, value.GetString()!);
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            faults.Add($"{path} is neither the name of a guard nor an object with a kind.");
            return null;
        }

        var reader = new SettingsReader(path, value, faults);
        string name = reader.Text("name") ?? $"{reader.Text("kind")}-{place + 1}";
        return GuardDefinition.Read(name, reader) is { } definition
            ? Make(definition with { Name = $"{site.Name}/{name}" }, path, [.. site.Above, $"{site.Name}/{name}"], faults)
            : null;
    }

    private GuardRunner? MakeNamed(GuardSite site, string path, string name)
    {
        if (!_latest.TryGetValue(name, out GuardRegistration? registration))
        {
            site.Settings.Faults.Add($"{path} is '{name}': there is no guard of that name.");
            return null;
        }

        if (site.Name == name || site.Above.Contains(name))
        {
            site.Settings.Faults.Add($"{path} is '{name}', which is within itself: name another.");
            return null;
        }

        return Make(registration, [.. site.Above, name], site.Settings.Faults);
    }

    private GuardRunner? MakeOfCode(GuardRegistration registration, List<string> faults)
    {
        try
        {
            var description = new GuardDescription(registration.Name, GuardRegistration.Code, registration.Version, registration.Timeout ?? TimeSpan.FromSeconds(2));
            return Run(description, registration.Make!(Services), isBounded: false);
        }
        catch (Exception exception)
        {
            faults.Add($"The guard '{registration.Name}' cannot be made: {exception.Message}");
            return null;
        }
    }

    private GuardRunner Run(GuardDescription description, IGuard guard, bool isBounded) => new(description, guard, isBounded, _metrics, _time, _logger);
}
