using Ganglion.Budgets;
using Ganglion.Models;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Hosting;

// Budgets of requests, tokens and money.
public sealed partial class GanglionBuilder
{
    /// <summary>Says what a model costs: a price of <see cref="ModelPrices"/>. The configuration comes after (<c>Ganglion:Prices:MODEL:Input</c>, <c>:Output</c>).</summary>
    /// <param name="model">Its name; <c>*</c> for all that have no price of their own.</param>
    /// <param name="input">What a million tokens of prompts costs.</param>
    /// <param name="output">What a million tokens of answers costs.</param>
    public GanglionBuilder AddModelPrice(string model, decimal input, decimal output)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        ArgumentOutOfRangeException.ThrowIfNegative(input);
        ArgumentOutOfRangeException.ThrowIfNegative(output);
        Services.AddSingleton(new ModelPriceRegistration(model, new ModelPrice(input, output)));
        return this;
    }

    /// <summary>
    /// Lets this host keep budgets: it runs the agent <c>budgets</c>, which leases them to the processes that spend. All hosts of it are to define them
    /// alike.
    /// </summary>
    /// <param name="define">
    /// Defines budgets. The configuration comes after, in sections named like them: <c>Ganglion:Budgets:model:NAME:Limits</c>. What was set while the
    /// system ran (<see cref="BudgetCatalog.SetAsync"/>) comes before both.
    /// </param>
    /// <remarks>If anything is wrong with what is configured, the host does not start: <see cref="BudgetException"/>.</remarks>
    public GanglionBuilder AddBudgets(Action<BudgetsOptions>? define = null)
    {
        if (define is not null)
        {
            Services.AddSingleton(define);
        }

        if (Services.Any(service => service.ServiceType == typeof(LedgerClock)))
        {
            return this;
        }

        Services.AddSingleton(services => new LedgerClock(services.GetRequiredService<TimeProvider>()));
        return AddAgent<BudgetAgent>(options =>
        {
            // Each of its requests comes once, and says so by itself.
            options.DeduplicationWindow = 0;
            options.StateHistory = TimeSpan.Zero;
        });
    }
}
