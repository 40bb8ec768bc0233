namespace Ganglion.Kafka.Settings;

/// <summary>Which clients have a setting.</summary>
internal enum SettingUse
{
    All,
    Producers,
    Consumers,
}
