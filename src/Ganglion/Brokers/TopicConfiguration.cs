using System.Globalization;

namespace Ganglion.Brokers;

/// <summary>The settings of a topic, by the names that Kafka has for them.</summary>
internal static class TopicConfiguration
{
    private const string CleanupPolicyName = "cleanup.policy";
    private const string RetentionName = "retention.ms";
    private const string RetentionBytesName = "retention.bytes";
    private const string SegmentBytesName = "segment.bytes";
    private const string MaxMessageBytesName = "max.message.bytes";
    private const string DeleteRetentionName = "delete.retention.ms";
    private const string MinCompactionLagName = "min.compaction.lag.ms";
    private const string SegmentTimeName = "segment.ms";

    // Compaction leaves the newest segment alone, and whoever restores reads it all: by Kafka's default it may have 1 GiB, for a week.
    private const int CompactedSegmentBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan CompactedSegmentTime = TimeSpan.FromHours(1);

    /// <summary>
    /// What is to be set; what is open is left to the cluster, except for the segments of compacted topics. Kafka has no policy by which nothing is removed:
    /// it is told to remove nothing by age or size.
    /// </summary>
    public static Dictionary<string, string> ToEntries(TopicSettings settings)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        bool isCompacted = settings.Cleanup is { } policy && policy.HasFlag(CleanupPolicy.Compact);
        bool isKept = settings.Cleanup == CleanupPolicy.None;
        Add(CleanupPolicyName, isKept ? "delete" : settings.Cleanup is { } cleanup ? ToText(cleanup) : null);
        Add(RetentionName, ToText(isKept ? Timeout.InfiniteTimeSpan : settings.Retention, infinite: "-1"));
        Add(RetentionBytesName, (isKept ? -1 : settings.RetentionBytes)?.ToString(CultureInfo.InvariantCulture));
        Add(SegmentBytesName, (settings.SegmentBytes ?? (isCompacted ? CompactedSegmentBytes : null))?.ToString(CultureInfo.InvariantCulture));
        Add(SegmentTimeName, ToText(isCompacted ? CompactedSegmentTime : null, infinite: "-1"));
        Add(MaxMessageBytesName, settings.MaxMessageBytes?.ToString(CultureInfo.InvariantCulture));
        Add(DeleteRetentionName, ToText(settings.DeleteRetention, infinite: "-1"));
        Add(MinCompactionLagName, ToText(settings.MinCompactionLag, infinite: long.MaxValue.ToString(CultureInfo.InvariantCulture)));
        return entries;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                entries.Add(name, value);
            }
        }
    }

    /// <summary>What is asked for; what is not named stays open.</summary>
    /// <param name="entries">Names and values. A value that is null stays open too.</param>
    /// <param name="partitions">How many partitions; null: open.</param>
    /// <exception cref="TopicException">A name is unknown or a value is none (<c>topic-settings-invalid</c>); all faults in one message.</exception>
    public static TopicSettings Parse(IEnumerable<KeyValuePair<string, string?>> entries, int? partitions)
    {
        var settings = new TopicSettings { Partitions = partitions };
        var faults = new List<string>();
        foreach ((string name, string? value) in entries)
        {
            if (value is not null)
            {
                settings = With(settings, name, value) ?? AddFault(settings, name, value);
            }
        }

        return faults.Count == 0
            ? settings
            : throw new TopicException(TopicException.SettingsInvalid, $"The topic's settings are not valid: {string.Join("; ", faults)}.");

        TopicSettings AddFault(TopicSettings unchanged, string name, string value)
        {
            faults.Add(IsKnown(name) ? $"{name} cannot be '{value}'{UnusedTopicConfiguration.ReasonOf(name)}" : $"{name} is not known here");
            return unchanged;
        }
    }

    /// <summary>Settings after some changes, one after the other.</summary>
    /// <param name="settings">What is in force, every property set.</param>
    /// <param name="changes">The changes. What is removed becomes open.</param>
    /// <exception cref="TopicException">A change is none (<c>topic-settings-invalid</c>); all faults in one message.</exception>
    public static TopicSettings Change(TopicSettings settings, IEnumerable<ConfigChange> changes)
    {
        var faults = new List<string>();
        foreach (ConfigChange change in changes)
        {
            TopicSettings? changed = change.Operation switch
            {
                ConfigOperation.Set => With(settings, change.Name, change.Value),
                ConfigOperation.Delete => Without(settings, change.Name),
                ConfigOperation.Append => WithPolicies(settings, change.Name, change.Value, isAdded: true),
                ConfigOperation.Subtract => WithPolicies(settings, change.Name, change.Value, isAdded: false),
                _ => null,
            };
            if (changed is null)
            {
                faults.Add(FaultOf(change));
            }

            settings = changed ?? settings;
        }

        return faults.Count == 0
            ? settings
            : throw new TopicException(TopicException.SettingsInvalid, $"The topic's settings are not valid: {string.Join("; ", faults)}.");
    }

    private static string FaultOf(ConfigChange change) =>
        !IsKnown(change.Name) ? $"{change.Name} is not known here"
        : change.Operation == ConfigOperation.Set ? $"{change.Name} cannot be '{change.Value}'{UnusedTopicConfiguration.ReasonOf(change.Name)}"
        : change.Name != CleanupPolicyName ? $"{change.Name} is no list"
        : $"{change.Name} must keep 'compact' or 'delete', and takes nothing else";

    private static readonly Dictionary<string, ConfigType> Types = new(StringComparer.Ordinal)
    {
        [CleanupPolicyName] = ConfigType.List,
        [RetentionName] = ConfigType.Long,
        [RetentionBytesName] = ConfigType.Long,
        [SegmentBytesName] = ConfigType.Int,
        [SegmentTimeName] = ConfigType.Long,
        [MaxMessageBytesName] = ConfigType.Int,
        [DeleteRetentionName] = ConfigType.Long,
        [MinCompactionLagName] = ConfigType.Long,
    };

    /// <summary>What values one of <see cref="ToEntries"/> has.</summary>
    public static ConfigType TypeOf(string name) => Types[name];

    /// <summary>What <see cref="ToEntries"/> gives for a topic that nothing was asked of but, for the size of its segments, to be compacted or not.</summary>
    /// <param name="settings">The topic's settings, every property set.</param>
    /// <param name="defaults">The broker's.</param>
    public static Dictionary<string, string> DefaultsFor(TopicSettings settings, TopicSettings defaults)
    {
        TopicSettings resolved = TopicRules.Resolve(null, defaults);
        Dictionary<string, string> entries = ToEntries(resolved);
        if (settings.Cleanup == resolved.Cleanup)
        {
            return entries;
        }

        Dictionary<string, string> sameCleanup = ToEntries(TopicRules.Resolve(new TopicSettings { Cleanup = settings.Cleanup }, defaults));
        foreach (string name in (string[])[SegmentBytesName, SegmentTimeName])
        {
            if (sameCleanup.TryGetValue(name, out string? value))
            {
                entries[name] = value;
            }
        }

        return entries;
    }

    private static bool IsKnown(string name) => Types.ContainsKey(name) || UnusedTopicConfiguration.IsKnown(name);

    // Null: the name is not known, or the value is none of its values.
    private static TopicSettings? With(TopicSettings settings, string name, string value) => (name, ToNumber(value)) switch
    {
        (CleanupPolicyName, _) => ToPolicies(value) is { } cleanup ? settings with { Cleanup = cleanup } : null,
        (RetentionName, >= -1) => settings with { Retention = ToSpan(value) },
        (RetentionBytesName, { } bytes) => settings with { RetentionBytes = bytes },
        (SegmentBytesName, { } bytes and >= 0 and <= int.MaxValue) => settings with { SegmentBytes = (int)bytes },
        (MaxMessageBytesName, { } bytes and >= 0 and <= int.MaxValue) => settings with { MaxMessageBytes = (int)bytes },
        (DeleteRetentionName, >= -1) => settings with { DeleteRetention = ToSpan(value) },
        (MinCompactionLagName, >= -1) => settings with { MinCompactionLag = ToSpan(value) },
        _ => UnusedTopicConfiguration.Takes(name, value) ? settings : null,
    };

    // Null: the name is not known.
    private static TopicSettings? Without(TopicSettings settings, string name) => name switch
    {
        CleanupPolicyName => settings with { Cleanup = null },
        RetentionName => settings with { Retention = null },
        RetentionBytesName => settings with { RetentionBytes = null },
        SegmentBytesName => settings with { SegmentBytes = null },
        MaxMessageBytesName => settings with { MaxMessageBytes = null },
        DeleteRetentionName => settings with { DeleteRetention = null },
        MinCompactionLagName => settings with { MinCompactionLag = null },
        _ => UnusedTopicConfiguration.IsKnown(name) ? settings : null,
    };

    // Null: it is not a list, or not of policies, or nothing would be left of them.
    private static TopicSettings? WithPolicies(TopicSettings settings, string name, string value, bool isAdded)
    {
        if (name != CleanupPolicyName || ToPolicies(value) is not { } policies)
        {
            return null;
        }

        CleanupPolicy now = settings.Cleanup ?? CleanupPolicy.None;
        CleanupPolicy next = isAdded ? now | policies : now & ~policies;
        return next == CleanupPolicy.None ? null : settings with { Cleanup = next };
    }

    /// <summary>What is in force. What the cluster does not tell is Kafka's default.</summary>
    public static TopicSettings FromEntries(Func<string, string?> entry, int partitions, int replicas) => new()
    {
        Partitions = partitions,
        ReplicationFactor = (short)replicas,
        Cleanup = ToCleanup(entry(CleanupPolicyName) ?? "delete"),
        Retention = ToSpan(entry(RetentionName)) ?? TimeSpan.FromDays(7),
        RetentionBytes = ToNumber(entry(RetentionBytesName)) ?? -1,
        SegmentBytes = (int)(ToNumber(entry(SegmentBytesName)) ?? 1024 * 1024 * 1024),
        MaxMessageBytes = (int)(ToNumber(entry(MaxMessageBytesName)) ?? TopicSettings.DefaultMaxMessageBytes),
        DeleteRetention = ToSpan(entry(DeleteRetentionName)) ?? TimeSpan.FromDays(1),
        MinCompactionLag = ToSpan(entry(MinCompactionLagName)) ?? TimeSpan.Zero,
    };

    private static string ToText(CleanupPolicy cleanup) => string.Join(
        ',',
        new[] { CleanupPolicy.Compact, CleanupPolicy.Delete }
            .Where(policy => cleanup.HasFlag(policy))
            .Select(policy => policy == CleanupPolicy.Compact ? "compact" : "delete"));

    private static CleanupPolicy ToCleanup(string text)
    {
        string[] policies = text.Split(',', StringSplitOptions.TrimEntries);
        CleanupPolicy cleanup = policies.Contains("compact") ? CleanupPolicy.Compact : default;
        return policies.Contains("delete") ? cleanup | CleanupPolicy.Delete : cleanup;
    }

    // Null: it names none, or something else too.
    private static CleanupPolicy? ToPolicies(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries).All(policy => policy is "compact" or "delete") ? ToCleanup(text) : null;

    private static string? ToText(TimeSpan? span, string infinite) => span is not { } value ? null
        : value == Timeout.InfiniteTimeSpan ? infinite
        : ((long)value.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private static long? ToNumber(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static TimeSpan? ToSpan(string? text) => ToNumber(text) switch
    {
        null => null,
        -1 or long.MaxValue => Timeout.InfiniteTimeSpan,
        { } milliseconds when milliseconds > TimeSpan.MaxValue.TotalMilliseconds => Timeout.InfiniteTimeSpan,
        { } milliseconds => TimeSpan.FromMilliseconds(milliseconds),
    };
}
