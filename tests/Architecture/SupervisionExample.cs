using Ganglion.Agents;
using Ganglion.Hosting;
using Ganglion.Supervision;

namespace Architecture;

/// <summary>The code of docs/supervision.md, compiled.</summary>
internal static class SupervisionExample
{
    public const string Path = "tests/Architecture/SupervisionExample.cs";

    public static void Configure(GanglionBuilder ganglion)
    {
        ganglion.AddCircuitBreaker("bank", bank =>
        {
            bank.MinimumThroughput = 10;
            bank.FailureRatio = 0.5;
            bank.BreakDuration = TimeSpan.FromSeconds(30);
        });

        ganglion
            .AddSupervisor("accounting", accounting =>
            {
                accounting.Strategy = RestartStrategy.RestForOne;
                accounting.MaxRestarts = 3;
                accounting.RestartWindow = TimeSpan.FromMinutes(5);
            })
            .AddAgent<Ledger>(options => options.Supervisor = "accounting")
            .AddAgent<Invoicing>(options => options.Supervisor = "accounting");
    }

    public interface IBank
    {
        Task<string> TransferAsync(Payment payment, string idempotencyKey);
    }

    public sealed record Payment(string Account, decimal Amount);

    [Agent("ledger")]
    public sealed class Ledger(IBank bank) : Agent
    {
        [On("payment.due")]
        public async Task PayAsync(Payment payment, AgentContext context)
        {
            string receipt = await context.RunAsync(
                "transfer", effect => bank.TransferAsync(payment, effect.IdempotencyKey), dependency: "bank");
            context.Publish("payment.made", receipt);
        }
    }

    [Agent("invoicing")]
    public sealed class Invoicing : Agent
    {
        [On("payment.made")]
        public static void Book(AgentContext context) => context.ClearState();
    }
}
