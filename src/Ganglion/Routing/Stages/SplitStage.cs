using Ganglion.Brokers;
using Ganglion.Configuring;
using Ganglion.Routes;

namespace Ganglion.Routing.Stages;

/// <summary>Sends each event to one of several topics, by weight; the exit is one of them, if it has a weight. Events of one key go the same way.</summary>
internal sealed class SplitStage : IStage
{
    private readonly (string Topic, double Until)[] _ways;

    public SplitStage(IReadOnlyDictionary<string, double> weights)
    {
        double total = weights.Values.Sum();
        double until = 0;
        _ways = [.. weights.OrderBy(way => way.Key, StringComparer.Ordinal).Select(way => (way.Key, until += way.Value / total))];
    }

    public static SplitStage? Read(SettingsReader settings)
    {
        var weights = new Dictionary<string, double>(StringComparer.Ordinal);
        SettingsReader ways = settings.Within("weights", settings.Element("weights"));
        foreach ((string topic, _) in settings.Members("weights"))
        {
            weights[topic] = ways.Number(topic, 0, double.MaxValue) ?? 0;
            if (!TopicName.IsValid(topic))
            {
                settings.Fault("weights", $"names '{topic}': name topics.");
            }
        }

        if (weights.Values.Sum() <= 0)
        {
            settings.Fault("weights", "gives nothing a weight: give topics a weight, one of them more than 0.");
            return null;
        }

        return new SplitStage(weights);
    }

    public ValueTask<bool> RunAsync(RoutedEvent routed, CancellationToken cancellationToken)
    {
        double lot = Lot.Of(routed);
        string topic = _ways[^1].Topic;
        foreach ((string way, double until) in _ways)
        {
            if (lot < until)
            {
                topic = way;
                break;
            }
        }

        if (topic == routed.Route.Exit)
        {
            return new(true);
        }

        routed.Send(topic, routed.Record);
        return new(false);
    }

    public IEnumerable<StageTarget> TargetsOf(Route route) => _ways.Where(way => way.Topic != route.Exit).Select(way => new StageTarget(way.Topic));
}
