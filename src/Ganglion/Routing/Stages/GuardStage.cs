using System.Text.Json;
using Ganglion.Approvals;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Configuring;
using Ganglion.Events;
using Ganglion.Guards;
using Ganglion.Routes;

namespace Ganglion.Routing.Stages;

/// <summary>
/// Lets a guard judge each event: what it blocks ends in <c>.flagged</c>, with an answer in its place; what it escalates waits for a person. What cannot
/// be judged does not pass. Another version may judge beside it, and change nothing: where the two differ is written to <see cref="Differences"/>.
/// </summary>
internal sealed class GuardStage(GuardRunner guard, GuardRunner? shadow, string? queue, FallbackAnswer fallback) : IStage
{
    /// <summary>Where it is told that two versions of a guard differ.</summary>
    public const string Differences = "ganglion.guards";

    /// <summary>The type of such an event.</summary>
    public const string Differed = "guard.differed";

    /// <summary>Who judges.</summary>
    public GuardRunner Guard => guard;

    public static GuardStage? Read(SettingsReader settings, string stage, GuardCatalog catalog)
    {
        GuardRunner? guard = Find(settings, stage, catalog);
        SettingsReader beside = settings.Within("shadow", settings.Element("shadow"));
        GuardRunner? shadow = beside.All.ValueKind == JsonValueKind.Object ? Find(beside, stage + ".shadow", catalog) : null;
        beside.End();
        string? queue = settings.Name("queue");
        FallbackAnswer fallback = FallbackAnswer.Read(settings);
        return guard is null ? null : new GuardStage(guard, shadow, queue, fallback);
    }

    public async ValueTask<bool> RunAsync(RoutedEvent routed, CancellationToken cancellationToken)
    {
        var guarded = new GuardedEvent(routed.Event, routed.Route.Channel, routed.KeyText);
        Task<JudgedBy>? beside = shadow is null ? null : JudgeBesideAsync(shadow, guarded, cancellationToken);
        Verdict verdict = await JudgeAsync(guarded, cancellationToken).ConfigureAwait(false);
        if (beside is not null)
        {
            Compare(routed, verdict, await beside.ConfigureAwait(false));
        }

        routed.Note(verdict.Findings);
        switch (verdict.Kind)
        {
            case VerdictKind.Change:
                routed.Change(verdict.Event!);
                return true;
            case VerdictKind.Escalate:
                if (verdict.Event is { } shown)
                {
                    routed.Change(shown);
                }

                var need = new ApprovalNeed(guard.Description.Name, verdict.Queue ?? queue ?? routed.Route.Family, verdict.Reason!) { Score = verdict.Score };
                routed.Hold(need, fallback);
                return false;
            case VerdictKind.Block:
                routed.Send(routed.Route.Flagged, Flag.On(routed.Record, routed.Stage!.Name, guard.Description, verdict));
                routed.Answer(fallback, verdict.Fallback);
                return false;
            default:
                return true;
        }
    }

    public IEnumerable<StageTarget> TargetsOf(Route route) =>
    [
        new StageTarget(route.Flagged),
        new StageTarget(ApprovalRequests.PendingTopicOf(queue ?? route.Family)),
        .. fallback.Topic is { } topic ? [new StageTarget(topic)] : (StageTarget[])[],
        .. shadow is null ? (StageTarget[])[] : [new StageTarget(Differences, IsCopy: true)],
    ];

    private static GuardRunner? Find(SettingsReader settings, string stage, GuardCatalog catalog)
    {
        string? name = settings.Text("guard");
        string? version = settings.Text("version");
        string? kind = settings.Text("guardKind");
        TimeSpan? timeout = settings.Time("timeout", GuardDefinition.ShortestTimeout, GuardDefinition.LongestTimeout);
        JsonElement own = settings.Element("settings");
        if (name is not null && kind is null && timeout is null && own.ValueKind == JsonValueKind.Undefined)
        {
            GuardRunner? found = catalog.Find(name, version);
            if (found is null)
            {
                settings.Fault("guard", $"is '{name}'{(version is null ? "" : $", version '{version}'")}: this host has {catalog.Listed}.");
            }

            return found;
        }

        if (kind is null || name is not null)
        {
            settings.Fault("guard", "is not clear: name a 'guard' that the host has, or a 'guardKind' with its 'settings', and perhaps a 'timeout'.");
            return null;
        }

        try
        {
            return catalog.Create(new GuardDefinition(stage, kind, own) { Version = version!, Timeout = timeout });
        }
        catch (GuardDefinitionException exception)
        {
            settings.Fault("settings", $"make no guard: {exception.Message}");
            return null;
        }
    }

    // What is wrong with the event itself is so at every attempt.
    private async ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken)
    {
        try
        {
            return await guard.JudgeAsync(guarded, cancellationToken).ConfigureAwait(false);
        }
        catch (GuardException exception) when (exception.Code is "guard-data-unreadable" or "guard-text-too-long" or "guard-verdict-invalid")
        {
            throw new UnprocessableEventException(exception.Code, exception.Message, exception);
        }
    }

    private static async Task<JudgedBy> JudgeBesideAsync(GuardRunner shadow, GuardedEvent guarded, CancellationToken cancellationToken)
    {
        try
        {
            // An event is for one guard at a time.
            Verdict verdict = await shadow.JudgeAsync(new GuardedEvent(guarded.Event, guarded.Channel, guarded.Key), cancellationToken).ConfigureAwait(false);
            return ToJudged(shadow, verdict);
        }
        catch (GuardException exception)
        {
            return new JudgedBy(shadow.Description.Name, shadow.Description.Version, "failed") { Reason = exception.Code };
        }
    }

    private void Compare(RoutedEvent routed, Verdict verdict, JudgedBy beside)
    {
        JudgedBy counted = ToJudged(guard, verdict);
        if ((counted.Verdict, counted.Reason) == (beside.Verdict, beside.Reason))
        {
            return;
        }

        TopicPartitionOffset at = routed.Position;
        var difference = new GuardDifference(
            routed.Route.Channel, routed.Stage!.Name, at.Partition.Topic, at.Partition.Partition, at.Offset, counted, beside);
        var told = new CloudEvent
        {
            Id = $"{routed.Event.Id}/{routed.Stage.Name}/differed",
            Source = RoutedEvent.SourceOf(routed.Route),
            Type = Differed,
            Subject = routed.Event.Id,
            Time = routed.Event.Time,
            CausationId = routed.Event.Id,
            CorrelationId = routed.Event.CorrelationId ?? routed.Event.Id,
            DataContentType = MediaType.Json,
            Data = JsonSerializer.SerializeToUtf8Bytes(difference, RoutingJson.Default.GuardDifference),
        };
        routed.Send(Differences, EventCodec.Encode(told, routed.Key));
    }

    private static JudgedBy ToJudged(GuardRunner guard, Verdict verdict) => new(guard.Description.Name, guard.Description.Version, VerdictNames.NameOf(verdict.Kind))
    {
        Reason = verdict.Reason,
        Score = verdict.Score,
    };
}
