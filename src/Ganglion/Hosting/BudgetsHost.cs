using Ganglion.Budgets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Hosting;

/// <summary>Lets a host know its budgets before its agents start, if it keeps them, and bring back what it has leased while they still run.</summary>
/// <param name="services">The services of the host; whether it has a broker shows when the agents have started.</param>
internal sealed class BudgetsHost(IServiceProvider services) : IHostedLifecycleService
{
    private SharedBudgets? _budgets;

    // So that no budget answers by what it was before.
    public Task StartingAsync(CancellationToken cancellationToken) =>
        services.GetService<LedgerClock>() is null ? Task.CompletedTask : services.GetRequiredService<SharedBudgets>().LearnAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _budgets = services.GetRequiredService<SharedBudgets>();
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => _budgets?.ReturnAsync() ?? Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
