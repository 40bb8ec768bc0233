using Ganglion.Configuring;
using Ganglion.Routes;

namespace Ganglion.Routing.Stages;

/// <summary>Copies a share of the events to another topic; all go on.</summary>
internal sealed class MirrorStage(string topic, double share) : IStage
{
    public static MirrorStage Read(SettingsReader settings) => new(settings.Topic("to"), settings.Number("share", 0, 1) ?? 1);

    public ValueTask<bool> RunAsync(RoutedEvent routed, CancellationToken cancellationToken)
    {
        if (Lot.Of(routed) < share)
        {
            routed.Send(topic, routed.Record);
        }

        return new(true);
    }

    public IEnumerable<StageTarget> TargetsOf(Route route) => [new StageTarget(topic, IsCopy: true)];
}
