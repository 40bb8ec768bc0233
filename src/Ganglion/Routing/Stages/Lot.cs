using System.Text;
using Ganglion.Brokers;

namespace Ganglion.Routing.Stages;

/// <summary>A number for each event that looks drawn by lot, and is the same whenever and wherever it is drawn.</summary>
internal static class Lot
{
    private const int Lots = 1_000_000;

    /// <summary>
    /// The same for all events of one key at a stage; of those without a key, each has its own. At least 0 and less than 1. Each stage draws for
    /// itself: otherwise what a split sends away would all go one way at the next.
    /// </summary>
    public static double Of(RoutedEvent routed)
    {
        byte[] stage = Encoding.UTF8.GetBytes($"{routed.Route.Channel}/{routed.Stage!.Name}/");
        ReadOnlySpan<byte> own = routed.Key is { } key ? key.Span : Encoding.UTF8.GetBytes(routed.Event.Id);
        return (double)Murmur2.PartitionOf([.. stage, .. own], Lots) / Lots;
    }
}
