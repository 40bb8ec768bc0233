using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Brokers.Embedded;

/// <summary>How an embedded broker keeps its log.</summary>
public sealed record EmbeddedBrokerOptions
{
    /// <summary>
    /// When an append is acknowledged and flushed. <see cref="TimeSpan.Zero"/> (the default): group commit, an acknowledged append
    /// is on disk. Otherwise: acknowledged when the operating system has it (it survives the end of the process, but not
    /// necessarily the machine's), and flushed this often; at most 24 days. If the machine fails, what was written since the last flush
    /// may be lost, and of an atomic commit of that time a part may be there without the rest: whoever needs atomicity across a power
    /// failure uses group commit.
    /// </summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.Zero;

    /// <summary>Whether a topic is created when somebody first writes to it or subscribes to it. Default <see langword="true"/>.</summary>
    public bool AutoCreateTopics { get; init; } = true;

    /// <summary>
    /// What a topic gets where its own settings are silent. What is silent here too: 1 partition, delete after 7 days, no limit by
    /// size, segments of 64 MiB (compacted: 16 MiB), records up to 1 MiB, tombstones readable for a day.
    /// </summary>
    public TopicSettings TopicDefaults { get; init; } = new();

    /// <summary>How many bytes of recent records stay in memory, over all partitions, so that reading at the tail never touches the disk. Default 64 MiB.</summary>
    public long TailCacheBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How often retention and compaction look for work. Default 1 min; 1 ms to 49 days.</summary>
    public TimeSpan CleanupInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Where the broker logs. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Where the broker's instruments are made. Default: on a meter of its own.</summary>
    public IMeterFactory? MeterFactory { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
