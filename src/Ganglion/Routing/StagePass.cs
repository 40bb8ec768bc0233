using System.Collections.Concurrent;
using Ganglion.Agents;
using Ganglion.DeadLetters;
using Ganglion.Events;
using Ganglion.Routes;

namespace Ganglion.Routing;

/// <summary>Lets events pass the stages of one channel's route, in turns of its router.</summary>
/// <param name="kinds">What the stages do.</param>
/// <param name="time">The clock.</param>
internal sealed class StagePass(StageKinds kinds, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<IStage>> _stages = new(StringComparer.Ordinal);

    /// <summary>Lets the event of a turn pass; what it leaves is committed with its offset.</summary>
    /// <param name="change">What made the route what it is for this event.</param>
    /// <param name="context">The turn.</param>
    /// <param name="after">The stage that it has passed before; <see langword="null"/>: none.</param>
    public async ValueTask RunAsync(RouteChange change, AgentContext context, string? after = null)
    {
        IReadOnlyList<IStage> stages = _stages.GetOrAdd(change.Id, static (_, made) => made.Kinds.Create(made.Route), (Kinds: kinds, change.Route));
        Record published = Inbox.IsForwarded(context.Record.Headers) || RedrivenMark.Read(context.Record) is not null
            ? AddedHeaders.RemoveFrom(context.Record)
            : context.Record;
        var routed = new RoutedEvent(change.Route, context.Event, published, context.Position, time);
        await routed.PassAsync(stages, context.CancellationToken, after).ConfigureAwait(false);
        foreach (LeftRecord left in routed.Left)
        {
            context.Send(left.Record);
        }
    }
}
