namespace Ganglion.Brokers.Embedded;

/// <summary>What a consumer may be asked to do.</summary>
internal static class ConsumerRules
{
    private const int MaxGroupIdLength = 249;

    /// <exception cref="ArgumentException">An option is out of its range; all faults in one message.</exception>
    public static void Check(ConsumerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = new List<string>();
        Check(
            options.GroupId is { Length: > 0 and <= MaxGroupIdLength },
            $"{nameof(options.GroupId)} has {options.GroupId?.Length ?? 0} characters; allowed are 1 to {MaxGroupIdLength}");
        Check(options.Topics is { Count: > 0 }, $"{nameof(options.Topics)} names no topic; at least one is needed");
        Check(options.MaxBytes > 0, $"{nameof(options.MaxBytes)} is {options.MaxBytes}; it must be above 0");
        Check(options.SessionTimeout > TimeSpan.Zero, $"{nameof(options.SessionTimeout)} is {options.SessionTimeout}; it must be above 0");
        Check(
            options.HeartbeatInterval > TimeSpan.Zero && options.HeartbeatInterval < options.SessionTimeout / 3,
            $"{nameof(options.HeartbeatInterval)} is {options.HeartbeatInterval}; it must be above 0 and below a third of "
            + $"{nameof(options.SessionTimeout)}, which is {options.SessionTimeout}");
        Check(options.MaxPollInterval > TimeSpan.Zero, $"{nameof(options.MaxPollInterval)} is {options.MaxPollInterval}; it must be above 0");
        if (faults.Count > 0)
        {
            throw new ArgumentException($"The consumer's options are not valid: {string.Join("; ", faults)}.", nameof(options));
        }

        void Check(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }
    }
}
