namespace Ganglion.Kafka.Settings;

/// <summary>A setting of the native client. It has no text of itself: the value may be a secret.</summary>
/// <param name="key">Where it is set: a key of the configuration.</param>
/// <param name="name">librdkafka's name.</param>
/// <param name="value">The value.</param>
/// <param name="use">Which clients have it.</param>
internal sealed class Setting(string key, string name, string value, SettingUse use)
{
    public string Key => key;

    public string Name => name;

    public string Value => value;

    public SettingUse Use => use;

    /// <summary>The value for people.</summary>
    public string Shown => SettingNames.IsSecret(name) ? "***" : $"'{value}'";

    // librdkafka does not care about the case of words, such as SASL_SSL.
    public bool IsSameAs(Setting other) =>
        string.Equals(value, other.Value, SettingNames.IsSecret(name) ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);
}
