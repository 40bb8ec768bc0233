using System.Text;
using Ganglion.Brokers;

namespace Ganglion.Routing.Stages;

/// <summary>A number for each event that looks drawn by lot, and is the same whenever and wherever it is drawn.</summary>
internal static class Lot
{
    private const int Lots = 1_000_000;

    /// <summary>The same for all events of one key; of those without a key, each has its own. At least 0 and less than 1.</summary>
    public static double Of(RoutedEvent routed) =>
        (double)(routed.Key is { } key ? Murmur2.PartitionOf(key.Span, Lots) : Murmur2.PartitionOf(Encoding.UTF8.GetBytes(routed.Event.Id), Lots)) / Lots;
}
