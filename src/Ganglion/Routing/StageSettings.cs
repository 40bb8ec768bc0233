using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Routes;

namespace Ganglion.Routing;

/// <summary>Reads what a stage is set to, and remembers what is wrong with it.</summary>
/// <param name="stage">The stage.</param>
/// <param name="faults">Takes what is wrong.</param>
internal sealed class StageSettings(Stage stage, List<string> faults)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The stage.</summary>
    public Stage Stage => stage;

    /// <summary>The name of a topic, which must be there.</summary>
    public string Topic(string name)
    {
        string? topic = Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        if (!TopicName.IsValid(topic))
        {
            Fault($"'{name}' must name a topic");
        }

        return topic ?? "";
    }

    /// <summary>A number from 0 to 1.</summary>
    public double Share(string name, double otherwise)
    {
        if (Find(name) is not { } value)
        {
            return otherwise;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double share) && share is >= 0 and <= 1)
        {
            return share;
        }

        Fault($"'{name}' must be a number from 0 to 1");
        return otherwise;
    }

    /// <summary>A number for each name.</summary>
    public IReadOnlyDictionary<string, double> Weights(string name)
    {
        var weights = new Dictionary<string, double>(StringComparer.Ordinal);
        if (Find(name) is { ValueKind: JsonValueKind.Object } value)
        {
            foreach (JsonProperty one in value.EnumerateObject())
            {
                if (TopicName.IsValid(one.Name) && one.Value.ValueKind == JsonValueKind.Number && one.Value.TryGetDouble(out double weight) && double.IsFinite(weight) && weight >= 0)
                {
                    weights[one.Name] = weight;
                }
                else
                {
                    Fault($"'{name}' must give topics a weight of 0 or more, and '{one.Name}' does not");
                }
            }
        }

        if (weights.Values.Sum() <= 0)
        {
            Fault($"'{name}' must be an object that gives topics a weight, one of them more than 0");
        }

        return weights;
    }

    /// <summary>Everything that it may be set to has been asked for.</summary>
    public void End()
    {
        if (stage.Settings is { ValueKind: JsonValueKind.Object } settings)
        {
            foreach (JsonProperty unknown in settings.EnumerateObject().Where(setting => !_known.Contains(setting.Name)))
            {
                Fault($"it has no setting '{unknown.Name}'" + (_known.Count == 0 ? "" : $"; it has {string.Join(", ", _known.Order(StringComparer.Ordinal))}"));
            }
        }
        else if (stage.Settings is { } other && other.ValueKind != JsonValueKind.Undefined)
        {
            Fault("its settings must be a JSON object");
        }
    }

    private JsonElement? Find(string name)
    {
        _known.Add(name);
        return stage.Settings is { ValueKind: JsonValueKind.Object } settings && settings.TryGetProperty(name, out JsonElement value) ? value : null;
    }

    private void Fault(string fault) => faults.Add($"The stage '{stage.Name}' of the kind '{stage.Kind}' is set wrongly: {fault}.");
}
