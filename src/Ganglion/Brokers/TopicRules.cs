namespace Ganglion.Brokers;

/// <summary>What a topic may be called and how it may be set up: Kafka's rules.</summary>
internal static class TopicRules
{
    public const int MaxPartitions = 10_000;

    /// <exception cref="TopicException">The name is not allowed (<c>topic-name-invalid</c>).</exception>
    public static void CheckName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string? fault = name switch
        {
            "" => "is empty",
            "." or ".." => "is a folder's name",
            { Length: > TopicName.MaxLength } => $"has {name.Length} characters; at most {TopicName.MaxLength} are allowed",
            _ when name.AsSpan().ContainsAnyExcept(Allowed) => "has a character other than a–z, A–Z, 0–9, '.', '_' and '-'",
            _ => null,
        };
        if (fault is not null)
        {
            throw new TopicException("topic-name-invalid", $"The topic name '{Shorten(name)}' {fault}.");
        }
    }

    /// <exception cref="TopicException">A topic cannot get so many partitions (<c>topic-partitions-invalid</c>).</exception>
    public static void CheckGrowth(string name, int from, int to)
    {
        string? fault = to > MaxPartitions ? $"cannot have more than {MaxPartitions:N0} partitions"
            : to == from ? $"has {from} partitions already"
            : to < from ? $"has {from} partitions and cannot have {to}: it can get more of them only"
            : null;
        if (fault is not null)
        {
            throw new TopicException("topic-partitions-invalid", $"Topic '{name}' {fault}.");
        }
    }

    /// <summary>Fills in what was left open and checks the whole.</summary>
    /// <exception cref="TopicException">A setting is out of its range (<c>topic-settings-invalid</c>); all faults in one message.</exception>
    public static TopicSettings Resolve(TopicSettings? asked, TopicSettings defaults)
    {
        TopicSettings settings = Fill(asked ?? new TopicSettings(), defaults);
        OptionFaults faults = Check(settings);
        return faults.Any ? throw new TopicException(TopicException.SettingsInvalid, $"The topic's settings are not valid: {faults}.") : settings;
    }

    /// <summary>What is wrong with settings that a topic is to get where its own are silent.</summary>
    public static OptionFaults FaultsOf(TopicSettings defaults) => Check(Fill(new TopicSettings(), defaults));

    private static TopicSettings Fill(TopicSettings asked, TopicSettings defaults)
    {
        CleanupPolicy cleanup = asked.Cleanup ?? defaults.Cleanup ?? CleanupPolicy.Delete;
        return new TopicSettings
        {
            Partitions = asked.Partitions ?? defaults.Partitions ?? 1,
            ReplicationFactor = 1,
            Cleanup = cleanup,
            Retention = asked.Retention ?? defaults.Retention ?? TimeSpan.FromDays(7),
            RetentionBytes = asked.RetentionBytes ?? defaults.RetentionBytes ?? -1,
            SegmentBytes = asked.SegmentBytes ?? defaults.SegmentBytes
                ?? (cleanup.HasFlag(CleanupPolicy.Compact) ? 16 * 1024 * 1024 : 64 * 1024 * 1024),
            MaxMessageBytes = asked.MaxMessageBytes ?? defaults.MaxMessageBytes ?? TopicSettings.DefaultMaxMessageBytes,
            DeleteRetention = asked.DeleteRetention ?? defaults.DeleteRetention ?? TimeSpan.FromDays(1),
            MinCompactionLag = asked.MinCompactionLag ?? defaults.MinCompactionLag ?? TimeSpan.Zero,
        };
    }

    private static OptionFaults Check(TopicSettings settings)
    {
        var faults = new OptionFaults();
        faults.Check(settings.Partitions is >= 1 and <= MaxPartitions, $"partitions is {settings.Partitions}; allowed are 1 to 10,000");
        faults.Check(
            settings.Retention == Timeout.InfiniteTimeSpan || settings.Retention >= TimeSpan.Zero,
            $"retention is {settings.Retention}; it cannot be negative");
        faults.Check(settings.RetentionBytes >= -1, $"retention.bytes is {settings.RetentionBytes}; allowed are -1 (no limit) and above");
        faults.Check(settings.SegmentBytes >= 1024, $"segment.bytes is {settings.SegmentBytes}; at least 1,024 are needed");
        faults.Check(
            settings.MaxMessageBytes is >= 128 and <= TopicSettings.HighestMaxMessageBytes,
            $"max.message.bytes is {settings.MaxMessageBytes}; allowed are 128 to 536,870,912");
        faults.Check(settings.DeleteRetention >= TimeSpan.Zero, $"delete retention is {settings.DeleteRetention}; it cannot be negative");
        faults.Check(
            settings.MinCompactionLag == Timeout.InfiniteTimeSpan || settings.MinCompactionLag >= TimeSpan.Zero,
            $"min compaction lag is {settings.MinCompactionLag}; it cannot be negative");
        return faults;
    }

    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    private static string Shorten(string name)
    {
        string printable = string.Concat(name.Take(60).Select(c => char.IsControl(c) ? '\uFFFD' : c));
        return name.Length > 60 ? printable + "…" : printable;
    }
}
