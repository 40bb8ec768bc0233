using Ganglion.Configuring;
using Ganglion.Routes;

namespace Ganglion.Routing.Stages;

/// <summary>Sends every event elsewhere; none goes on.</summary>
internal sealed class DivertStage(string topic) : IStage
{
    public static DivertStage Read(SettingsReader settings) => new(settings.Topic("to"));

    public ValueTask<bool> RunAsync(RoutedEvent routed, CancellationToken cancellationToken)
    {
        routed.Send(topic, routed.Record);
        return new(false);
    }

    public IEnumerable<StageTarget> TargetsOf(Route route) => [new StageTarget(topic)];
}
