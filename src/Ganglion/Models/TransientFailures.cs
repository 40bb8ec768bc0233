using Ganglion.Budgets;

namespace Ganglion.Models;

/// <summary>Tells what may go better later, or elsewhere, from what is wrong with the call.</summary>
internal static class TransientFailures
{
    public static bool Is(Exception exception) => exception switch
    {
        ModelProviderException provider => provider.IsTransient,
        HttpRequestException request => request.StatusCode is null || (int)request.StatusCode is 408 or 429 or >= 500,
        ModelUnavailableException or BudgetExhaustedException or TimeoutException or IOException or OperationCanceledException => true,
        _ => false,
    };
}
