namespace Ganglion.Brokers;

/// <summary>What a consumer may be asked to do.</summary>
internal static class ConsumerRules
{
    private const int MaxGroupIdLength = 249;

    private const string NoTopic = "names no topic; at least one is needed";

    /// <summary>The longest that a timer can be told to wait.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromDays(49);

    private static readonly TimeSpan MinTime = TimeSpan.FromMilliseconds(1);

    /// <exception cref="ArgumentException">An option is out of its range; all faults in one message.</exception>
    public static void Check(ConsumerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = new OptionFaults();
        faults.Check(
            options.GroupId is { Length: > 0 and <= MaxGroupIdLength },
            $"{nameof(options.GroupId)} has {options.GroupId?.Length ?? 0} characters; allowed are 1 to {MaxGroupIdLength}");
        faults.Check(options.Topics is { Count: > 0 }, $"{nameof(options.Topics)} {NoTopic}");
        faults.Check(options.MaxBytes > 0, $"{nameof(options.MaxBytes)} is {options.MaxBytes}; it must be above 0");
        CheckTime(options.SessionTimeout, nameof(options.SessionTimeout));
        faults.Check(
            options.HeartbeatInterval >= MinTime && options.HeartbeatInterval < options.SessionTimeout / 3,
            $"{nameof(options.HeartbeatInterval)} is {options.HeartbeatInterval}; it must be at least 1 ms and below a third of "
            + $"{nameof(options.SessionTimeout)}, which is {options.SessionTimeout}");
        CheckTime(options.MaxPollInterval, nameof(options.MaxPollInterval));
        faults.ThrowIfAny("The consumer's options", nameof(options));

        void CheckTime(TimeSpan value, string name) =>
            faults.Check(value >= MinTime && value <= MaxTime, $"{name} is {value}; allowed are 1 ms to {MaxTime.Days} days");
    }

    /// <exception cref="ArgumentException">No topic is named.</exception>
    public static void CheckTopics(IReadOnlyCollection<string> topics)
    {
        ArgumentNullException.ThrowIfNull(topics);
        if (topics.Count == 0)
        {
            throw new ArgumentException($"The subscription {NoTopic}.", nameof(topics));
        }
    }

    /// <exception cref="ArgumentException">No group can be called so.</exception>
    public static void CheckGroupId(string groupId)
    {
        ArgumentException.ThrowIfNullOrEmpty(groupId);
        if (groupId.Length > MaxGroupIdLength)
        {
            throw new ArgumentException($"A group id of {groupId.Length} characters is too long; allowed are 1 to {MaxGroupIdLength}.", nameof(groupId));
        }
    }
}
