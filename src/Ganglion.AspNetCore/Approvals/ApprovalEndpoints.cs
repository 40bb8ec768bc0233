using Ganglion.Approvals;
using Ganglion.AspNetCore.Requests;

namespace Ganglion.AspNetCore.Approvals;

/// <summary>Lists and shows what waits for a person, and decides.</summary>
internal static class ApprovalEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Resource("/approvals").Get(ListAsync);
        routes.Resource("/approvals/stats").Get(MeasureAsync);
        routes.Resource("/approvals/batch").Post(ActOnManyAsync);
        routes.Resource("/approvals/{approval}").Get(ShowAsync);
        foreach (ApprovalAction action in Enum.GetValues<ApprovalAction>())
        {
            routes.Resource($"/approvals/{{approval}}/{NameOf(action)}").Post(request => ActAsync(request, action));
        }

        routes.Resource("/queues").Get(ListQueuesAsync);
    }

    private static async Task ListAsync(ApiRequest request)
    {
        int limit = request.QueryNumber("limit", fallback: 100, min: 1, max: ApprovalQueues.MaxPageItems);
        var filter = new ApprovalFilter
        {
            Status = StatusOf(request.Query("status")),
            Queue = request.Query("queue"),
            Agent = request.Query("agent"),
            Rule = request.Query("rule"),
            Channel = request.Query("channel"),
            By = request.Query("by"),
            Unclaimed = request.Query("unclaimed") is "true",
            Before = request.Query("before") is { } before ? TimeOf(request, before) : null,
        };
        ApprovalPage page = await request.Api.Approvals.ListAsync(filter, request.Query("from"), limit, request.Aborted).ConfigureAwait(false);
        DateTimeOffset now = request.Api.Time.GetUtcNow();
        await request.WriteJsonAsync(
            new ApprovalList([.. page.Items.Select(item => ApprovalView.Of(item, now))]) { Next = page.Next }, ApiJson.Wire.ApprovalList).ConfigureAwait(false);
    }

    private static async Task ShowAsync(ApiRequest request)
    {
        ApprovalDetails details = await FindAsync(request, request.Route("approval")).ConfigureAwait(false);
        await request.WriteJsonAsync(ApprovalDetailsView.Of(details, request.Api.Time.GetUtcNow()), ApiJson.Wire.ApprovalDetailsView).ConfigureAwait(false);
    }

    private static async Task ActAsync(ApiRequest request, ApprovalAction action)
    {
        ApprovalActRequest wanted = await request.ReadJsonAsync(ApiJson.Wire.ApprovalActRequest).ConfigureAwait(false);
        ApprovalCommand command = CommandOf(request, request.Route("approval"), action, wanted.By) with
        {
            Version = wanted.Version,
            Reason = wanted.Reason,
            Data = wanted.Data,
            DataBytes = wanted.DataBase64 is { } bytes ? bytes : default(ReadOnlyMemory<byte>?),
            To = wanted.To,
            For = DurationOf(wanted.For),
            IsDryRun = wanted.DryRun,
        };
        ApprovalOutcome outcome = await request.Api.Approvals.ActAsync(command, request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(ApprovalOutcomeView.Of(outcome), ApiJson.Wire.ApprovalOutcomeView).ConfigureAwait(false);
    }

    private static async Task ActOnManyAsync(ApiRequest request)
    {
        ApprovalBatchRequest wanted = await request.ReadJsonAsync(ApiJson.Wire.ApprovalBatchRequest).ConfigureAwait(false);
        if (wanted.Ids is null == wanted.Filter is null)
        {
            throw new ApiException("request-malformed", "Say which approvals are meant: 'ids' or 'filter', one of them.");
        }

        if (wanted.Ids is { Count: 0 or > ApprovalQueues.MaxPageItems } few)
        {
            throw new ApiException("request-malformed", $"'ids' must name 1 to {ApprovalQueues.MaxPageItems} approvals, not {few.Count}.");
        }

        ApprovalAction action = Enum.GetValues<ApprovalAction>().Where(one => one is not ApprovalAction.Edit)
            .Select(one => (ApprovalAction?)one).FirstOrDefault(one => NameOf(one!.Value) == wanted.Action)
            ?? throw new ApiException("request-malformed", $"'action' must be claim, release, approve, reject, comment or escalate, not '{wanted.Action}'.");
        bool more = false;
        var chosen = new List<(string Id, int? Version)>();
        if (wanted.Filter is { } filter)
        {
            ApprovalPage page = await request.Api.Approvals.ListAsync(FilterOf(request, filter), limit: ApprovalQueues.MaxPageItems, cancellationToken: request.Aborted)
                .ConfigureAwait(false);
            chosen.AddRange(page.Items.Select(item => (item.Id, (int?)item.Version)));
            more = page.Next is not null;
        }
        else
        {
            foreach (string? id in wanted.Ids!)
            {
                chosen.Add(await VersionedAsync(request, id).ConfigureAwait(false));
            }
        }

        IReadOnlyList<ApprovalOutcome> outcomes = await request.Api.Approvals.ActAsync(
            [
                .. chosen.Select(one => CommandOf(request, one.Id, action, wanted.By) with
                {
                    Version = one.Version, Reason = wanted.Reason, To = wanted.To, For = DurationOf(wanted.For), IsDryRun = !wanted.Execute,
                }),
            ],
            request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(
            new ApprovalBatchResult(wanted.Execute, [.. outcomes.Select(ApprovalOutcomeView.Of)]) { More = more }, ApiJson.Wire.ApprovalBatchResult).ConfigureAwait(false);
    }

    private static async Task MeasureAsync(ApiRequest request)
    {
        IReadOnlyList<ApprovalStatistics> measured = await request.Api.Approvals.MeasureAsync(request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(new ApprovalStatsList([.. measured.Select(ApprovalStatsView.Of)]), ApiJson.Wire.ApprovalStatsList).ConfigureAwait(false);
    }

    private static async Task ListQueuesAsync(ApiRequest request)
    {
        IReadOnlyList<ApprovalQueueSummary> queues = await request.Api.Approvals.ListQueuesAsync(request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(new QueueList([.. queues.Select(QueueView.Of)]), ApiJson.Wire.QueueList).ConfigureAwait(false);
    }

    // Who was authenticated is who he is, whatever he says.
    private static ApprovalCommand CommandOf(ApiRequest request, string id, ApprovalAction action, string? by) => request.Person is { } person
        ? new ApprovalCommand(id, action) { By = person.Name, Roles = person.Roles, IsAuthenticated = true }
        : new ApprovalCommand(id, action) { By = by ?? "" };

    private static async ValueTask<(string Id, int? Version)> VersionedAsync(ApiRequest request, string? text)
    {
        if (text is null)
        {
            throw new ApiException("request-malformed", "'ids' holds null where an approval is expected.");
        }

        int at = text.LastIndexOf('@');
        if (at >= 0)
        {
            return int.TryParse(text.AsSpan(at + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int version)
                ? (text[..at], version)
                : throw new ApiException("request-malformed", $"'{text}' names no version of an approval: write its id, @ and a number, or the id alone for the newest.");
        }

        ApprovalDetails? found = await request.Api.Approvals.FindAsync(text, request.Aborted).ConfigureAwait(false);
        return (text, found?.Item.Version);
    }

    private static ApprovalFilter FilterOf(ApiRequest request, ApprovalFilterRequest filter) => new()
    {
        Queue = filter.Queue,
        Agent = filter.Agent,
        Rule = filter.Rule,
        Channel = filter.Channel,
        Unclaimed = filter.Unclaimed,
        Before = filter.Before is { } before ? TimeOf(request, before) : null,
    };

    private static async ValueTask<ApprovalDetails> FindAsync(ApiRequest request, string id) =>
        await request.Api.Approvals.FindAsync(id, request.Aborted).ConfigureAwait(false)
        ?? throw new ApprovalException("approval-not-found", $"There is no approval '{id}', or it was decided long ago.");

    private static ApprovalStatus StatusOf(string? text) => text switch
    {
        null or "pending" => ApprovalStatus.Pending,
        "approved" => ApprovalStatus.Approved,
        "rejected" => ApprovalStatus.Rejected,
        _ => throw new ApiException("parameter-invalid", $"'status' must be pending, approved or rejected, not '{text}'."),
    };

    private static DateTimeOffset TimeOf(ApiRequest request, string text) =>
        request.ParsePosition("before", text) is { Kind: Ganglion.Brokers.OffsetPositionKind.Time, Time: var time }
            ? time
            : throw new ApiException("parameter-invalid", $"'before' must be a time (2026-01-31T12:00:00Z) or how long ago (10m), not '{text}'.");

    private static TimeSpan? DurationOf(string? text) => text is null ? null
        : Duration.TryParse(text, out TimeSpan time) ? time
        : throw new ApiException("request-malformed", $"'for' must be a duration such as 30m or 2h, not '{text}'.");

    private static string NameOf(ApprovalAction action) => action switch
    {
        ApprovalAction.Claim => "claim",
        ApprovalAction.Release => "release",
        ApprovalAction.Approve => "approve",
        ApprovalAction.Reject => "reject",
        ApprovalAction.Edit => "edit",
        ApprovalAction.Comment => "comment",
        _ => "escalate",
    };
}
