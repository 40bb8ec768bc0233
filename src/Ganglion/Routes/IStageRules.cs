namespace Ganglion.Routes;

/// <summary>What is known of stages by those who have the code for them.</summary>
internal interface IStageRules
{
    /// <summary>What is wrong with the stages of a route, as far as anybody alive can tell.</summary>
    ValueTask<IReadOnlyList<string>> CheckAsync(Route route, CancellationToken cancellationToken);

    /// <summary>Where the stages of a route may send events, beside its exit; nothing of those of which this host lacks the code.</summary>
    IReadOnlyList<(Stage Stage, StageTarget Target)> TargetsOf(Route route);
}
