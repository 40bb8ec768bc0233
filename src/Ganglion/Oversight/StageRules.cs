using Ganglion.Agents;
using Ganglion.Registry;
using Ganglion.Routes;
using Ganglion.Routing;

namespace Ganglion.Oversight;

/// <summary>What is known of stages by this host, and of their kinds by those that are alive.</summary>
/// <param name="kinds">The kinds of this host.</param>
/// <param name="hosts">Tells what others have.</param>
internal sealed class StageRules(StageKinds kinds, AgentRegistry hosts) : IStageRules
{
    public async ValueTask<IReadOnlyList<string>> CheckAsync(Route route, CancellationToken cancellationToken)
    {
        IReadOnlyCollection<string> elsewhere = route.Stages.All(stage => kinds.Names.Contains(stage.Kind))
            ? []
            : await hosts.ListStageKindsAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> faults = kinds.Check(route, elsewhere);
        return AgentType.IsValid(Router.NameOf(route.Channel)) || !AgentType.IsValid(route.Channel)
            ? faults
            : [.. faults, $"Its channel's name is too long: {Router.NameOf("")}NAME must be {AgentType.MaxLength} characters at most."];
    }

    public IReadOnlyList<(Stage Stage, StageTarget Target)> TargetsOf(Route route) => kinds.TargetsOf(route);
}
