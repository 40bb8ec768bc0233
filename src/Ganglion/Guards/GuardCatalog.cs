namespace Ganglion.Guards;

/// <summary>
/// The guards of a host: those that were added under a name, and the kinds that guards can be made of. In a host it is a service, and the host does
/// not start if any guard has a fault.
/// </summary>
public sealed class GuardCatalog
{
    private readonly GuardFactory _factory;
    private readonly GuardRunner[] _guards;

    /// <exception cref="GuardDefinitionException">Anything about any guard is wrong; the message has all of it.</exception>
    internal GuardCatalog(GuardFactory factory, IReadOnlyList<string> knownFaults)
    {
        _factory = factory;
        List<string> faults = [.. knownFaults];
        _guards = [.. factory.Named.Select(registration => factory.Make(registration, [registration.Name], faults)).OfType<GuardRunner>()];
        if (faults.Count > 0)
        {
            throw new GuardDefinitionException([.. faults.Distinct()]);
        }
    }

    /// <summary>The kinds that guards can be made of, by name.</summary>
    public IReadOnlyList<string> Kinds => [.. _factory.Kinds.Order(StringComparer.Ordinal)];

    /// <summary>The guards that have names, in the order in which they were added; of several versions the latest is last.</summary>
    public IReadOnlyList<GuardDescription> Guards => [.. _guards.Select(guard => guard.Description)];

    /// <summary>Names and versions, as messages tell them.</summary>
    internal string Listed => _guards.Length == 0 ? "none" : string.Join(", ", _guards.Select(guard => $"'{guard.Description.Name}' ({guard.Description.Version})"));

    /// <summary>The guard of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="version">The version. Default: the one that was added last.</param>
    /// <exception cref="GuardException"><c>guard-not-found</c>: the host has none.</exception>
    public GuardRunner Get(string name, string? version = null) =>
        Find(name, version)
        ?? throw new GuardException(
            "guard-not-found",
            $"There is no guard '{name}'{(version is null ? "" : $" of the version '{version}'")}: there {(_guards.Length == 1 ? "is" : "are")} {Listed}. Add one by AddGuard, or by the configuration {GuardRegistration.Section}:{name}.");

    /// <summary>The guard of a name, if the host has it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="version">The version. Default: the one that was added last.</param>
    public GuardRunner? Find(string name, string? version = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Array.FindLast(_guards, guard => guard.Description.Name == name && (version is null || guard.Description.Version == version));
    }

    /// <summary>Makes a guard of settings, such as those of a stage of a route.</summary>
    /// <param name="definition">What it is made of.</param>
    /// <returns>The guard; it is not kept.</returns>
    /// <exception cref="GuardDefinitionException">Anything is wrong with it; the message has all of it.</exception>
    public GuardRunner Create(GuardDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var faults = new List<string>();
        GuardDefinition.Check(definition.Name, definition.Version, definition.Timeout, faults);
        GuardRunner? guard = _factory.Make(definition, definition.Name, [definition.Name], faults);
        return guard is not null && faults.Count == 0 ? guard : throw new GuardDefinitionException(faults);
    }
}
