using System.Globalization;

namespace Ganglion.Kafka.Settings;

/// <summary>What settings have to do with one another, and with the machine: what librdkafka would not say, or only when it is late.</summary>
internal static class SettingRules
{
    // Longest that the timers of the platform and the native client's milliseconds take.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    public static void Check(KafkaBrokerOptions options, NativeSettings settings, List<string> faults)
    {
        CheckTimes(options, faults);
        CheckReplication(options, faults);
        if (options.Consumer.InstanceId is { } instance && !Brokers.TopicName.IsValid(instance))
        {
            faults.Add($"{KafkaSection.Name}:Consumer:InstanceId is '{instance}': set 1 to 249 characters of a–z A–Z 0–9 . _ -.");
        }

        CheckSession(settings, faults);
        AddressRules.Check(settings, faults);
        SaslRules.Check(settings, faults);
        TlsRules.Check(settings, faults);
        foreach (Setting setting in settings.All.Where(setting => setting.Value.Contains('\0')))
        {
            faults.Add($"{setting.Key} has a zero character: librdkafka takes what is before it only. Remove it.");
        }
    }

    private static void CheckTimes(KafkaBrokerOptions options, List<string> faults)
    {
        InRange(nameof(options.TransactionTimeout), options.TransactionTimeout, TimeSpan.FromSeconds(1));
        InRange(nameof(options.RequestTimeout), options.RequestTimeout, TimeSpan.FromMilliseconds(1));

        void InRange(string name, TimeSpan value, TimeSpan least)
        {
            if (value < least || value > Longest)
            {
                faults.Add($"{KafkaSection.Name}:{name} is {value}: set {least} to {Longest}.");
            }
        }
    }

    private static void CheckReplication(KafkaBrokerOptions options, List<string> faults)
    {
        InRange(nameof(options.ReplicationFactor), options.ReplicationFactor, short.MaxValue, "");
        int most = options.ReplicationFactor is { } copies and > 0 ? copies : short.MaxValue;
        InRange(nameof(options.MinInSyncReplicas), options.MinInSyncReplicas, most, " There cannot be more than there are copies.");
        if (options is { MinInSyncReplicas: > 1, ReplicationFactor: null })
        {
            faults.Add(
                $"{KafkaSection.Name}:{nameof(options.MinInSyncReplicas)} is {options.MinInSyncReplicas}, and {nameof(options.ReplicationFactor)} is not set: "
                + "set both. Nothing could be written to topics of which the cluster keeps fewer copies.");
        }

        void InRange(string name, int? value, int most, string why)
        {
            if (value < 1 || value > most)
            {
                faults.Add($"{KafkaSection.Name}:{name} is {value}: set 1 to {most}, or nothing to leave it to the cluster.{why}");
            }
        }
    }

    // As with all brokers: a session survives two heartbeats that are lost.
    private static void CheckSession(NativeSettings settings, List<string> faults)
    {
        if (Number(settings[SettingNames.HeartbeatInterval]) is { } heartbeat
            && Number(settings[SettingNames.SessionTimeout]) is var session
            && heartbeat * 3 >= (session ?? 45_000))
        {
            string key = settings.KeyOf(SettingNames.HeartbeatInterval, "Consumer:HeartbeatInterval");
            faults.Add($"{key} is {heartbeat} ms: set less than a third of the session timeout, which is {session ?? 45_000} ms.");
        }
    }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;
}
