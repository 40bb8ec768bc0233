using System.Collections.Concurrent;
using Ganglion.Agents;
using Ganglion.Routes;

namespace Ganglion.Routing;

/// <summary>
/// Lets the events of a channel's entry pass the stages of its route, and writes those that pass to the exit. It is the handler of an agent that
/// remembers nothing: however many stages there are, what comes of an event is committed with its offset, once.
/// </summary>
/// <param name="channel">The channel.</param>
/// <param name="table">The routes.</param>
/// <param name="kinds">What the stages do.</param>
internal sealed class Router(string channel, RouteTable table, StageKinds kinds)
    : Handler(new HandlerTraits(channel) { StaysInPartition = true }, mayWait: false)
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<IStage>> _stages = new(StringComparer.Ordinal);

    /// <summary>The agent that runs the stages of a channel.</summary>
    public static string NameOf(string channel) => "router." + channel;

    public override async ValueTask InvokeAsync(object? agent, AgentContext context)
    {
        if (table.HistoryOf(channel).At(context.Position.Partition.Partition, context.Position.Offset) is not { } change)
        {
            // It lies before the first marker: whoever reads the channel has read it there.
            return;
        }

        IReadOnlyList<IStage> stages = _stages.GetOrAdd(change.Id, (_, route) => kinds.Create(route), change.Route);
        var routed = new RoutedEvent(change.Route, context.Event, context.Record, context.Position);
        await routed.PassAsync(stages, context.CancellationToken).ConfigureAwait(false);
        foreach (LeftRecord left in routed.Left)
        {
            context.Send(left.Record);
        }
    }
}
