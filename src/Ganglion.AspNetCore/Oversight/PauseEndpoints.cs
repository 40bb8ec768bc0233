using Ganglion.AspNetCore.Requests;
using Ganglion.Routes;

namespace Ganglion.AspNetCore.Oversight;

/// <summary>Lists what is paused and was, pauses it, and ends pauses.</summary>
internal static class PauseEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Resource("/pauses").Get(ListAsync).Post(PauseAsync);
        routes.Resource("/pauses/changes").Get(ListChangesAsync);
        routes.Resource("/pauses/resume").Post(ResumeAsync);
    }

    private static async Task ListAsync(ApiRequest request)
    {
        IReadOnlyList<Pause> pauses = await request.Api.Pauses.ListAsync(request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(new PauseList([.. pauses.Select(PauseView.Of)]), ApiJson.Wire.PauseList).ConfigureAwait(false);
    }

    private static async Task ListChangesAsync(ApiRequest request)
    {
        PauseTarget? target = request.Query("target") is { } named ? TargetOf(named) : null;
        IReadOnlyList<PauseChange> changes = await request.Api.Pauses.ListChangesAsync(target, request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(new PauseChangeList([.. changes.Select(PauseChangeView.Of)]), ApiJson.Wire.PauseChangeList).ConfigureAwait(false);
    }

    private static async Task PauseAsync(ApiRequest request)
    {
        PauseRequest wanted = await request.ReadJsonAsync(ApiJson.Wire.PauseRequest).ConfigureAwait(false);
        Pause pause = await request.Api.Pauses.PauseAsync(TargetOf(wanted.Target), request.PersonOr(wanted.By), wanted.Reason, wanted.CancelWork, request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(PauseView.Of(pause), ApiJson.Wire.PauseView).ConfigureAwait(false);
    }

    private static async Task ResumeAsync(ApiRequest request)
    {
        PauseRequest wanted = await request.ReadJsonAsync(ApiJson.Wire.PauseRequest).ConfigureAwait(false);
        bool wasPaused = await request.Api.Pauses.ResumeAsync(TargetOf(wanted.Target), request.PersonOr(wanted.By), wanted.Reason, request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(new ResumeResult(wanted.Target, wasPaused), ApiJson.Wire.ResumeResult).ConfigureAwait(false);
    }

    private static PauseTarget TargetOf(string named) => PauseTarget.TryParse(named, out PauseTarget target)
        ? target
        : throw new ApiException("request-malformed", $"'{named}' cannot be paused: write agent:NAME, channel:NAME, tier:NAME or all.");
}
