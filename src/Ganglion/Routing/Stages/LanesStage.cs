using System.Text.Json;
using Ganglion.Configuring;
using Ganglion.Events;
using Ganglion.Routes;

namespace Ganglion.Routing.Stages;

/// <summary>Lets each event leave by the lane of its tier, and turns it away if that is full.</summary>
/// <param name="lanes">The lanes.</param>
/// <param name="attribute">The attribute of an event that names its lane; <see langword="null"/>: a place in its data does.</param>
/// <param name="path">The place in its data.</param>
/// <param name="other">The lane of those that name none.</param>
/// <param name="fallback">What is said to who is turned away.</param>
/// <param name="load">Tells how much waits in a lane; <see langword="null"/>: nobody is turned away.</param>
internal sealed class LanesStage(Lanes lanes, string? attribute, string? path, Lane other, FallbackAnswer fallback, LaneLoad? load) : IStage
{
    public static LanesStage? Read(SettingsReader settings, LaneLoad? load)
    {
        Lanes? lanes = Lanes.Read(settings);
        string? attribute = settings.Text("attribute");
        string? path = settings.Text("path");
        string? otherwise = settings.Text("default");
        FallbackAnswer fallback = FallbackAnswer.Read(settings);
        if (lanes is null)
        {
            return null;
        }

        if (attribute is null == path is null)
        {
            settings.Fault("attribute", "is to say which lane an event takes: name an 'attribute' of events that has its name, such as tier, or a 'path' in their data, such as customer.tier.");
        }

        if (attribute is not (null or "type" or "source" or "subject") && !AttributeNames.IsExtension(attribute))
        {
            settings.Fault("attribute", $"is '{attribute}', which can be no attribute that names a lane: take type, source, subject, or an extension, of the characters a-z 0-9.");
        }

        Lane? other = otherwise is null ? lanes.All[^1] : Find(lanes, otherwise);
        if (other is null)
        {
            settings.Fault("default", $"is '{otherwise}', which is none of the lanes.");
        }

        if (lanes.All.Any(lane => lane.MostWaiting is not null) && fallback.Topic is null)
        {
            settings.Fault("fallbackTo", "is missing: name the topic on which is answered who is turned away when a lane is full.");
        }

        return other is null ? null : new LanesStage(lanes, attribute, path, other, fallback, load);
    }

    public ValueTask<bool> RunAsync(RoutedEvent routed, CancellationToken cancellationToken)
    {
        Lane lane = LaneOf(routed.Event);
        string topic = Lanes.TopicOf(routed.Route, lane);
        if (lane.MostWaiting is not { } most || load is null || load.TryEnter(topic, most))
        {
            routed.LeaveBy(topic);
            return new(true);
        }

        // Its record stays in the entry, and the answer names it.
        routed.Answer(fallback, fallback.Data is null ? $"Too much is waiting in the lane '{lane.Name}' at the moment. Try again later." : null);
        return new(false);
    }

    public void Recall(RoutedEvent routed) => routed.LeaveBy(Lanes.TopicOf(routed.Route, LaneOf(routed.Event)));

    public IEnumerable<StageTarget> TargetsOf(Route route) =>
    [
        .. lanes.All.Select(lane => new StageTarget(Lanes.TopicOf(route, lane))),
        .. fallback.Topic is { } answers ? (StageTarget[])[new(answers)] : [],
    ];

    private static Lane? Find(Lanes lanes, string? name) => lanes.All.FirstOrDefault(lane => lane.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private Lane LaneOf(CloudEvent e) => Find(lanes, attribute is null ? Read(e, path!) : ReadAttribute(e, attribute)) ?? other;

    private static string? ReadAttribute(CloudEvent e, string attribute) => attribute switch
    {
        "type" => e.Type,
        "source" => e.Source,
        "subject" => e.Subject,
        _ => e.Extensions.GetValueOrDefault(attribute),
    };

    // Whoever says nothing that can be read has no tier.
    private static string? Read(CloudEvent e, string path)
    {
        if (e.Data is not { } data || !MediaType.IsJson(e.DataContentType))
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(data.Span);
            return DataPath.Find(JsonElement.ParseValue(ref reader), path) switch
            {
                { ValueKind: JsonValueKind.String } text => text.GetString(),
                { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
                _ => null,
            };
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
