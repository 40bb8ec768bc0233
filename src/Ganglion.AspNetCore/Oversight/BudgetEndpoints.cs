using Ganglion.AspNetCore.Requests;
using Ganglion.Budgets;
using Microsoft.AspNetCore.Http;

namespace Ganglion.AspNetCore.Oversight;

/// <summary>Lists budgets, shows one, sets it, and takes that back.</summary>
internal static class BudgetEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Resource("/budgets").Get(ListAsync);
        routes.Resource("/budgets/{budget}").Get(ShowAsync).Put(SetAsync).Delete(UnsetAsync);
    }

    private static async Task ListAsync(ApiRequest request)
    {
        IReadOnlyList<BudgetStatus> budgets = await request.Api.Budgets.ListAsync(request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(new BudgetList([.. budgets.Select(BudgetView.Of)]), ApiJson.Wire.BudgetList).ConfigureAwait(false);
    }

    private static async Task ShowAsync(ApiRequest request)
    {
        BudgetStatus budget = await request.Api.Budgets.FindAsync(NameOf(request), request.Aborted).ConfigureAwait(false)
            ?? throw new ApiException("budget-not-found", $"There is no budget '{NameOf(request)}' here.");
        await request.WriteJsonAsync(BudgetView.Of(budget), ApiJson.Wire.BudgetView).ConfigureAwait(false);
    }

    private static async Task SetAsync(ApiRequest request)
    {
        BudgetRequest wanted = await request.ReadJsonAsync(ApiJson.Wire.BudgetRequest).ConfigureAwait(false);
        var budget = new BudgetDefinition(NameOf(request), [.. wanted.Limits.Select(LimitOf)]);
        budget = budget with { MaxWaiting = wanted.MaxWaiting ?? budget.MaxWaiting, DowngradeAt = wanted.DowngradeAt ?? budget.DowngradeAt };
        await request.Api.Budgets.SetAsync(budget, request.PersonOr(wanted.By), wanted.Reason, request.Aborted).ConfigureAwait(false);
        await ShowAsync(request).ConfigureAwait(false);
    }

    private static async Task UnsetAsync(ApiRequest request)
    {
        if (!await request.Api.Budgets.UnsetAsync(NameOf(request), request.PersonOr(request.Query("by")), request.Query("reason"), request.Aborted).ConfigureAwait(false))
        {
            throw new ApiException("budget-not-found", $"The budget '{NameOf(request)}' is not set: it is as it is configured, if it is.");
        }

        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    // Of a path all is unescaped but this: models are called so.
    private static string NameOf(ApiRequest request) => request.Route("budget").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static BudgetLimit LimitOf(string text)
    {
        try
        {
            return BudgetLimit.Parse(text);
        }
        catch (FormatException exception)
        {
            throw new ApiException("request-malformed", exception.Message);
        }
    }
}
