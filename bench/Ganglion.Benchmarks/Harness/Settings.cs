namespace Ganglion.Benchmarks.Harness;

/// <summary>What the command line chose.</summary>
internal sealed record Settings
{
    public required int Rounds { get; init; }

    /// <summary>How much of the full work each round does, from 0 to 1.</summary>
    public required double Scale { get; init; }

    /// <summary>Where data is written; every scenario makes its own folder in it.</summary>
    public required string Folder { get; init; }

    /// <summary>Where Redis listens, if it was started.</summary>
    public int? RedisPort { get; init; }

    /// <summary>Where a cluster of Kafka is; if none is named, stand-ins are started.</summary>
    public string? Kafka { get; init; }

    public int Scaled(int fullCount) => Math.Max(1, (int)(fullCount * Scale));
}
