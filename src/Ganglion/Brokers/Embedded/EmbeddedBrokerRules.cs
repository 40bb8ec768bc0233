namespace Ganglion.Brokers.Embedded;

/// <summary>How an embedded broker may be set up.</summary>
internal static class EmbeddedBrokerRules
{
    /// <summary>The longest that a thread can be told to sleep.</summary>
    private static readonly TimeSpan MaxFlushInterval = TimeSpan.FromDays(24);

    /// <summary>The longest that a timer can be told to wait.</summary>
    private static readonly TimeSpan MaxCleanupInterval = TimeSpan.FromDays(49);

    /// <exception cref="ArgumentException">An option is out of its range; all faults in one message.</exception>
    public static void Check(EmbeddedBrokerOptions options) => FaultsOf(options).ThrowIfAny("The broker's options", nameof(options));

    /// <summary>What is wrong with the options, each fault beginning with the option's name.</summary>
    public static OptionFaults FaultsOf(EmbeddedBrokerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = new OptionFaults();
        faults.Check(
            options.FlushInterval >= TimeSpan.Zero && options.FlushInterval <= MaxFlushInterval,
            $"{nameof(options.FlushInterval)} is {options.FlushInterval}; allowed are 0 (group commit) to {MaxFlushInterval.Days} days");
        faults.Check(
            options.CleanupInterval >= TimeSpan.FromMilliseconds(1) && options.CleanupInterval <= MaxCleanupInterval,
            $"{nameof(options.CleanupInterval)} is {options.CleanupInterval}; allowed are 1 ms to {MaxCleanupInterval.Days} days");
        faults.Check(options.TailCacheBytes >= 0, $"{nameof(options.TailCacheBytes)} is {options.TailCacheBytes}; it cannot be negative");
        faults.Check(options.LoggerFactory is not null, $"{nameof(options.LoggerFactory)} is null; leave it out to log nowhere");
        faults.Check(options.TimeProvider is not null, $"{nameof(options.TimeProvider)} is null; leave it out for the system's clock");
        faults.Check(options.TopicDefaults is not null, $"{nameof(options.TopicDefaults)} is null; leave it out for the broker's own");
        if (options.TopicDefaults is { } defaults)
        {
            faults.Add(TopicRules.FaultsOf(defaults), prefix: $"{nameof(options.TopicDefaults)}: ");
        }

        return faults;
    }
}
