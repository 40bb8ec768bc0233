using Ganglion.Approvals;
using Ganglion.Configuring;
using Ganglion.Routes;

namespace Ganglion.Routing.Stages;

/// <summary>Lets events go on only when a person has agreed: all of them, or those that the rules of the host name. What is approved goes on behind this stage.</summary>
/// <param name="queue">Who decides; <see langword="null"/>: the queue of the route's family.</param>
/// <param name="reason">Why, for people.</param>
/// <param name="fourEyes">Whether two people have to agree.</param>
/// <param name="rules">Which events; <see langword="null"/>: all.</param>
/// <param name="fallback">What is said in the place of one that is rejected.</param>
internal sealed class ApprovalStage(string? queue, string? reason, bool fourEyes, ApprovalRules? rules, FallbackAnswer fallback) : IStage
{
    public static ApprovalStage Read(SettingsReader settings, ApprovalRules rules) => new(
        settings.Name("queue"),
        settings.Text("reason"),
        settings.Choice("fourEyes", "true", "false") == "true",
        settings.Choice("rules", "true", "false") == "true" ? rules : null,
        FallbackAnswer.Read(settings));

    public ValueTask<bool> RunAsync(RoutedEvent routed, CancellationToken cancellationToken)
    {
        ApprovalNeed? need = rules is null
            ? new ApprovalNeed(routed.Stage!.Name, queue ?? routed.Route.Family, reason ?? "every event is to be approved")
            : rules.Find(routed.Event, routed.Route.Channel, routed.Scores);
        if (need is null)
        {
            return new(true);
        }

        routed.Hold(fourEyes ? need with { FourEyes = true } : need, fallback);
        return new(false);
    }

    public IEnumerable<StageTarget> TargetsOf(Route route) => [new StageTarget(ApprovalRequests.PendingTopicOf(queue ?? route.Family)), new StageTarget(route.Approved)];
}
