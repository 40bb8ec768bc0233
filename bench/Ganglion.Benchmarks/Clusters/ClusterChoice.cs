using Ganglion.Benchmarks.Harness;

namespace Ganglion.Benchmarks.Clusters;

/// <summary>Which clusters a scenario is run on: the one that is named, or the stand-ins that can be started anywhere.</summary>
internal static class ClusterChoice
{
    /// <summary>Starts one after the other.</summary>
    /// <param name="settings">What the command line chose.</param>
    /// <param name="isRealEnough">Whether only a cluster will do that keeps what it is given and elects as Kafka does.</param>
    public static IEnumerable<Func<CancellationToken, Task<ICluster>>> Of(Settings settings, bool isRealEnough = false)
    {
        if (settings.Kafka is { } servers)
        {
            yield return _ => Task.FromResult<ICluster>(new NamedCluster(servers));
            yield break;
        }

        yield return async cancellation => await ListenerCluster.StartAsync(cancellation);
        if (!isRealEnough)
        {
            yield return async _ => await MockCluster.StartAsync();
        }
    }
}
