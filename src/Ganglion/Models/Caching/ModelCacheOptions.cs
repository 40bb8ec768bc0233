namespace Ganglion.Models.Caching;

/// <summary>How much a <see cref="ModelCache"/> keeps.</summary>
public sealed record ModelCacheOptions
{
    /// <summary>The topic of the answers. Whoever may write it says what models have answered, and whoever may read it sees that. Default: <c>ganglion.models.cache</c>.</summary>
    public string Topic { get; init; } = "ganglion.models.cache";

    /// <summary>How long the topic keeps an answer, if it is created here. Default: 7 days; at least a minute.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How many bytes the topic has at most, if it is created here; a process that starts reads as many. Default: 1 GiB; at least 1 MiB.</summary>
    public long TopicBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>How many bytes of answers a process keeps in memory: those that were used last. The others are read from the topic when they are wanted. Default: 64 MiB; 0 or more.</summary>
    public long MemoryBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Of how many answers a process knows where they lie, the newest; each takes about 80 bytes. Default: 250,000; at least 1.</summary>
    public int MaxAnswers { get; init; } = 250_000;

    /// <summary>How many bytes an answer may have; a longer one is not kept. Default: 256 KiB; 1 KiB to 512 KiB.</summary>
    public int AnswerBytes { get; init; } = 256 * 1024;

    internal static ModelCacheOptions Check(ModelCacheOptions? options)
    {
        options ??= new ModelCacheOptions();
        ArgumentException.ThrowIfNullOrEmpty(options.Topic, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Retention, TimeSpan.FromMinutes(1), nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TopicBytes, 1024 * 1024, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.MemoryBytes, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxAnswers, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.AnswerBytes, 1024, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.AnswerBytes, 512 * 1024, nameof(options));
        return options;
    }
}
