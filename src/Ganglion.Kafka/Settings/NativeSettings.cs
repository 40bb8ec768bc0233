using Ganglion.Kafka.Native;

namespace Ganglion.Kafka.Settings;

/// <summary>All that is set of the native client: what has a property, and what is passed through.</summary>
internal sealed class NativeSettings
{
    private readonly Dictionary<string, Setting> _settings = new(StringComparer.Ordinal);

    public IEnumerable<Setting> All => _settings.Values;

    /// <summary>The value of a setting; <see langword="null"/> if it is not set.</summary>
    public string? this[string name] => _settings.GetValueOrDefault(name)?.Value;

    /// <summary>Collects the settings.</summary>
    /// <param name="options">Where they are set.</param>
    /// <param name="faults">Gets what cannot be set, and why.</param>
    public static NativeSettings Of(KafkaBrokerOptions options, List<string> faults)
    {
        var settings = new NativeSettings();
        foreach (Setting setting in TypedSettings.Of(options))
        {
            settings.Add(setting, faults);
        }

        foreach ((string written, string value) in options.Client)
        {
            string name = SettingNames.Resolve(written);
            settings.Add(new Setting($"{KafkaSection.Name}:{nameof(options.Client)}:{written}", name, value, SettingUse.All), faults);
        }

        settings.Derive(options);
        return settings;
    }

    /// <summary>Where a setting is set, or could be.</summary>
    public string KeyOf(string name, string otherwise) => _settings.GetValueOrDefault(name)?.Key ?? $"{KafkaSection.Name}:{otherwise}";

    private void Add(Setting setting, List<string> faults)
    {
        if (!NativeConfiguration.Knows(setting.Name))
        {
            faults.Add($"{setting.Key} means nothing: librdkafka {Confluent.Kafka.Library.VersionString} has no such setting. Correct the name, or remove it.");
        }
        else if (ReservedSettings.ReasonFor(setting.Name) is { } reserved)
        {
            faults.Add($"{setting.Key} cannot be set: {reserved}.");
        }
        else if (NativeConfiguration.Refuses(setting.Name, setting.Value) is { } reason)
        {
            faults.Add($"{setting.Key} is {setting.Shown}: librdkafka refuses it{(SettingNames.IsSecret(setting.Name) ? "" : $" ({reason})")}. Correct it.");
        }
        else if (!_settings.TryAdd(setting.Name, setting) && !_settings[setting.Name].IsSameAs(setting))
        {
            faults.Add($"{setting.Key} is {setting.Shown}, but {_settings[setting.Name].Key} is {_settings[setting.Name].Shown}: they are the same setting. Remove one.");
        }
    }

    // Whoever says who he is, or whom he trusts, wants it to be asked.
    private void Derive(KafkaBrokerOptions options)
    {
        string? protocol = options.Sasl != new KafkaSaslOptions() ? "sasl_ssl" : options.Tls != new KafkaTlsOptions() ? "ssl" : null;
        if (protocol is not null && !_settings.ContainsKey(SettingNames.Protocol))
        {
            _settings.Add(SettingNames.Protocol, new Setting(
                $"{KafkaSection.Name}:{nameof(options.SecurityProtocol)}", SettingNames.Protocol, protocol, SettingUse.All));
        }
    }
}
