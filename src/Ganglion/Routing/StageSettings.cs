using Ganglion.Brokers;
using Ganglion.Configuring;

namespace Ganglion.Routing;

/// <summary>What stages are set to beside what all settings are made of.</summary>
internal static class StageSettings
{
    /// <summary>The name of a topic, without which nothing works.</summary>
    public static string Topic(this SettingsReader settings, string name)
    {
        string topic = settings.RequiredText(name);
        if (topic.Length > 0 && !TopicName.IsValid(topic))
        {
            settings.Fault(name, $"is '{topic}': name a topic, of the characters a-z A-Z 0-9 . _ -.");
        }

        return topic;
    }

    /// <summary>The name of a topic, if there is any.</summary>
    public static string? OptionalTopic(this SettingsReader settings, string name) =>
        settings.Has(name) && settings.Topic(name) is { Length: > 0 } topic ? topic : null;
}
