using Ganglion.Agents;
using Ganglion.DeadLetters;
using Ganglion.Routes;

namespace Ganglion.Routing;

/// <summary>
/// Lets the events of a channel's entry pass the stages of its route, and writes those that pass to the exit. It is the handler of an agent that
/// remembers nothing: however many stages there are, what comes of an event is committed with its offset, once.
/// </summary>
/// <param name="channel">The channel.</param>
/// <param name="table">The routes.</param>
/// <param name="pass">Lets them pass.</param>
internal sealed class Router(string channel, RouteTable table, StagePass pass)
    : Handler(new HandlerTraits(channel) { StaysInPartition = true }, mayWait: false)
{
    /// <summary>The agent that runs the stages of a channel.</summary>
    public static string NameOf(string channel) => "router." + channel;

    public override ValueTask InvokeAsync(object? agent, AgentContext context)
    {
        // What was parked and comes again goes by the route that was mended since.
        RouteHistory history = table.HistoryOf(channel);
        RouteChange? change = RedrivenMark.Read(context.Record) is null
            ? history.At(context.Position.Partition.Partition, context.Position.Offset)
            : history.Newest;

        // What lies before the first marker was read there by whoever reads the channel.
        return change is null ? default : pass.RunAsync(change, context);
    }
}
