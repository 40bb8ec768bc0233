using Ganglion.Kafka;

namespace Ganglion.Benchmarks.Clusters;

/// <summary>A cluster that speaks Kafka's protocol, in processes of its own.</summary>
internal interface ICluster : IAsyncDisposable
{
    string Name { get; }

    /// <summary>How a broker reaches it.</summary>
    KafkaBrokerOptions Options { get; }

    /// <summary>How many partitions topics get.</summary>
    int Partitions { get; }

    /// <summary>How many events of 1 KB a partition keeps for sure, and as many as are needed.</summary>
    int EventsPerPartition { get; }
}
