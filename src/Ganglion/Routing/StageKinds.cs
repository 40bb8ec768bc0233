using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Ganglion.Approvals;
using Ganglion.Configuring;
using Ganglion.Events;
using Ganglion.Guards;
using Ganglion.Routes;
using Ganglion.Routing.Stages;

namespace Ganglion.Routing;

/// <summary>The kinds of stages that this host has the code for.</summary>
internal sealed class StageKinds
{
    private const string Approval = "approval";
    private const string ServesLogOnly = "Ask a host that runs agents: this one serves the log only.";

    // Where the stages of a route lead never changes, and is asked for again and again.
    private readonly ConditionalWeakTable<Route, IReadOnlyList<(Stage Stage, StageTarget Target)>> _targets = new();

    private readonly Dictionary<string, Func<Stage, SettingsReader, IStage?>> _kinds = new(StringComparer.Ordinal)
    {
        ["divert"] = (_, settings) => DivertStage.Read(settings),
        [Lanes.Kind] = (_, settings) => LanesStage.Read(settings, load: null),
        ["mirror"] = (_, settings) => MirrorStage.Read(settings),
        ["split"] = (_, settings) => SplitStage.Read(settings),
    };

    /// <summary>Those that need nothing of a host.</summary>
    public StageKinds()
    {
    }

    /// <summary>Those of a host.</summary>
    /// <param name="guards">Its guards.</param>
    /// <param name="rules">Which events are to be approved, by its configuration.</param>
    /// <param name="load">How much waits in lanes.</param>
    public StageKinds(GuardCatalog guards, ApprovalRules rules, LaneLoad load)
    {
        _kinds[Lanes.Kind] = (_, settings) => LanesStage.Read(settings, load);
        _kinds.Add(Approval, (_, settings) => ApprovalStage.Read(settings, rules));
        _kinds.Add("guard", (stage, settings) => GuardStage.Read(settings, stage.Name, guards));
    }

    /// <summary>Whether a stage may let an event wait for a person.</summary>
    public static bool MayHold(Stage stage) => stage.Kind is Approval or "guard";

    /// <summary>Their names.</summary>
    public IReadOnlyCollection<string> Names => _kinds.Keys;

    /// <summary>What is wrong with the stages of a route, as far as this host can tell.</summary>
    /// <param name="route">The route.</param>
    /// <param name="elsewhere">The kinds that others have the code for: what this host does not know of them counts as right.</param>
    public IReadOnlyList<string> Check(Route route, IReadOnlyCollection<string>? elsewhere = null)
    {
        var faults = new List<string>();
        foreach (Stage stage in route.Stages.Where(stage => _kinds.ContainsKey(stage.Kind) || elsewhere?.Contains(stage.Kind) != true))
        {
            Create(stage, faults);
        }

        // What is approved has been read there by then: no stage behind can still judge it, but another person need not.
        if (route.EndsApproved
            && route.Stages.SkipWhile(stage => !MayHold(stage)).Skip(1).FirstOrDefault(stage => stage.Kind != Approval) is { } unseen)
        {
            faults.Add($"What waits before '{unseen.Name}' and is approved would never come by it, for the route ends in '{route.Exit}': put it before all that may let events wait.");
        }

        return faults;
    }

    /// <summary>Makes the stages of a route.</summary>
    /// <exception cref="RouteException">One of them cannot be (<c>route-invalid</c>); the message has all that is wrong.</exception>
    public IReadOnlyList<IStage> Create(Route route)
    {
        var faults = new List<string>();
        IStage?[] stages = [.. route.Stages.Select(stage => Create(stage, faults))];
        return faults.Count == 0
            ? [.. stages.OfType<IStage>()]
            : throw new RouteException(RouteException.Invalid, $"The route of '{route.Channel}' cannot be so. " + string.Join(' ', faults));
    }

    /// <summary>Where the stages of a route may send events, beside its exit; nothing of those that this host cannot make.</summary>
    public IReadOnlyList<(Stage Stage, StageTarget Target)> TargetsOf(Route route) => _targets.GetValue(route, FindTargets);

    private IReadOnlyList<(Stage Stage, StageTarget Target)> FindTargets(Route route) =>
        [.. route.Stages.SelectMany(stage => Create(stage, [])?.TargetsOf(route) ?? [], (stage, target) => (stage, target))];

    private IStage? Create(Stage stage, List<string> faults)
    {
        if (!_kinds.TryGetValue(stage.Kind, out Func<Stage, SettingsReader, IStage?>? create))
        {
            faults.Add($"The stage '{stage.Name}' is of a kind that this host does not know, '{stage.Kind}': it knows {string.Join(", ", Names.Order(StringComparer.Ordinal))}.");
            if (!_kinds.ContainsKey(Approval) && !faults.Contains(ServesLogOnly))
            {
                faults.Add(ServesLogOnly);
            }

            return null;
        }

        int before = faults.Count;
        if (stage.Settings is { ValueKind: not JsonValueKind.Undefined } given && BrokenText.IsIn(JsonMarshal.GetRawUtf8Value(given)))
        {
            faults.Add($"The settings of the stage '{stage.Name}' have a text with half of a surrogate pair.");
            return null;
        }

        var settings = new SettingsReader($"The stage '{stage.Name}'", stage.Settings ?? default, faults);
        if (stage.Settings is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Undefined or JsonValueKind.Null) })
        {
            faults.Add($"The settings of the stage '{stage.Name}' are no object.");
        }

        IStage? made = create(stage, settings);
        settings.End();
        return faults.Count == before ? made : null;
    }
}
