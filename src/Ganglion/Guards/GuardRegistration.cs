using System.Text.Json;
using Ganglion.Configuring;
using Microsoft.Extensions.Configuration;

namespace Ganglion.Guards;

/// <summary>A guard that was added: by code, by a file, or by the configuration.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Path">Where it is defined, for the faults.</param>
/// <param name="Version">Its version.</param>
/// <param name="Timeout">How long it may take; <see langword="null"/>: as the kind says.</param>
/// <param name="Definition">What it is made of; <see langword="null"/>: of code.</param>
/// <param name="Make">What makes it, if it is code.</param>
internal sealed record GuardRegistration(
    string Name, string Path, string Version, TimeSpan? Timeout, GuardDefinition? Definition, Func<IServiceProvider, IGuard>? Make)
{
    public const string Section = "Ganglion:Guards";
    public const string Code = "code";

    /// <summary>A guard of settings.</summary>
    public static GuardRegistration Of(GuardDefinition definition, string path) =>
        new(definition.Name, path, definition.Version, definition.Timeout, definition, Make: null);

    /// <summary>The guards of a file, which lie in it under <c>guards</c>, by name.</summary>
    public static IEnumerable<GuardRegistration> FromFile(string path, List<string> faults)
    {
        JsonElement content = SettingsFile.Read(path, faults);
        var file = new SettingsReader(path, content, faults);
        if (content.ValueKind != JsonValueKind.Undefined && !file.Has("guards"))
        {
            file.Fault("guards", "is missing: define guards under it, by name.");
        }

        foreach (var (name, value) in file.Members("guards"))
        {
            if (GuardDefinition.Read(name, new SettingsReader($"{path}:guards", default, faults).Within(name, value)) is { } definition)
            {
                yield return Of(definition, $"{path}:guards:{name}");
            }
        }
    }

    /// <summary>The guards of the configuration.</summary>
    public static IEnumerable<GuardRegistration> FromConfiguration(IConfiguration? configuration, List<string> faults)
    {
        foreach (IConfigurationSection section in configuration?.GetSection(Section).GetChildren() ?? [])
        {
            var reader = new SettingsReader(section.Path, SettingsSection.Read(section), faults);
            if (GuardDefinition.Read(section.Key, reader) is { } definition)
            {
                yield return Of(definition, section.Path);
            }
        }
    }
}
