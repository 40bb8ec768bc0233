using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ganglion.Configuring;

namespace Ganglion.Guards;

/// <summary>A guard as data: a kind, and settings for it. What the kind does is code of the host (<see cref="GuardCatalog.Kinds"/>).</summary>
public sealed record GuardDefinition
{
    private const int MaxVersionLength = 100;
    internal static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(1);
    internal static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);

    /// <summary>Defines a guard. Whether the settings are right is found when it is made.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="kind">The kind, such as <c>rules</c>.</param>
    /// <param name="settings">The settings: an object. Default: none.</param>
    public GuardDefinition(string name, string kind, JsonElement settings = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(kind);
        Name = name;
        Kind = kind;
        Settings = settings.ValueKind == JsonValueKind.Undefined ? settings : settings.Clone();
    }

    /// <summary>What it is called.</summary>
    public string Name { get; internal init; }

    /// <summary>The kind.</summary>
    public string Kind { get; }

    /// <summary>The settings; undefined if there are none.</summary>
    public JsonElement Settings { get; }

    /// <summary>
    /// Tells one version from another of the same name. Default: eight hexadecimal digits that come of the kind and the settings, and change when these
    /// do.
    /// </summary>
    public string Version
    {
        get => field ??= HashOf(Kind, Settings);
        init;
    }

    /// <summary>How long it may take for an event. Default: as the kind says, 2 s for most and 30 s for models.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether two definitions define the same: name, kind, version and timeout; the settings by their text.</summary>
    /// <param name="other">The other definition.</param>
    public bool Equals(GuardDefinition? other) =>
        other is not null
        && Name == other.Name
        && Kind == other.Kind
        && Version == other.Version
        && Timeout == other.Timeout
        && TextOf(Settings) == TextOf(other.Settings);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Kind, Version);

    /// <summary>Reads a definition: <c>kind</c>, <c>version</c>, <c>timeout</c>, <c>settings</c>.</summary>
    /// <returns><see langword="null"/> if it is not one; the faults say why.</returns>
    internal static GuardDefinition? Read(string name, SettingsReader reader)
    {
        string kind = reader.RequiredText("kind");
        string? version = reader.Text("version");
        TimeSpan? timeout = reader.Time("timeout", ShortestTimeout, LongestTimeout);
        JsonElement settings = reader.Element("settings");
        reader.End();
        return kind.Length == 0
            ? null
            : new GuardDefinition(name, kind, settings.ValueKind == JsonValueKind.Null ? default : settings) { Version = version!, Timeout = timeout };
    }

    /// <summary>Adds to the faults what is wrong with what every guard has.</summary>
    internal static void Check(string name, string? version, TimeSpan? timeout, List<string> faults)
    {
        if (!SettingsReader.IsName(name))
        {
            faults.Add($"'{name}' cannot be the name of a guard: take 1 to {SettingsReader.MaxNameLength} of the characters a-z A-Z 0-9 . _ -.");
        }

        if (version is { Length: 0 or > MaxVersionLength } || version?.Any(char.IsControl) == true)
        {
            faults.Add($"The guard '{name}' has a version that is none: take 1 to {MaxVersionLength} characters.");
        }

        if (timeout < ShortestTimeout || timeout > LongestTimeout)
        {
            faults.Add($"The guard '{name}' has the timeout {timeout}: set {ShortestTimeout} to {LongestTimeout}.");
        }
    }

    private static string TextOf(JsonElement settings) => settings.ValueKind == JsonValueKind.Undefined ? "" : settings.GetRawText();

    private static string HashOf(string kind, JsonElement settings)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(Encoding.UTF8.GetBytes(kind));
        if (settings.ValueKind != JsonValueKind.Undefined)
        {
            using var writer = new Utf8JsonWriter(buffer);
            WriteInOrder(writer, settings);
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan).AsSpan(0, 4));
    }

    // The order of members means nothing, and is another in a file than in the configuration.
    private static void WriteInOrder(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (JsonProperty property in value.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    WriteInOrder(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (JsonElement item in value.EnumerateArray())
                {
                    WriteInOrder(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
