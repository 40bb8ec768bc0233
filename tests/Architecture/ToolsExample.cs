using System.Globalization;
using Ganglion.Agents;
using Ganglion.Tools;
using Microsoft.Extensions.AI;

namespace Architecture;

/// <summary>The code of docs/tools.md, compiled.</summary>
internal static class ToolsExample
{
    public const string Path = "tests/Architecture/ToolsExample.cs";

    public static async Task<int> CallAsync(AgentContext context, IEnumerable<FunctionCallContent> calls, IReadOnlyList<AITool> tools)
    {
        IReadOnlyList<FunctionResultContent> results = await context.CallToolsAsync(calls, tools);
        return results.Count;
    }

    public static AgentTool Pay(IBank bank)
    {
        AgentTool pay = AgentTool.Create(
            async (string to, decimal amount, EffectContext effect) => await bank.PayAsync(to, amount, effect.IdempotencyKey),
            "pay", "Pays an amount in euros.", new ToolOptions { Timeout = TimeSpan.FromSeconds(20), Retries = 2 });
        return pay;
    }

    public static AgentTool PayWithApproval()
    {
        AgentTool pay = AgentTool.Create(PayAsync, "pay", options: new ToolOptions
        {
            Approval = ToolApproval.AboveRisk, RiskLimit = 0.2, RiskOf = arguments => AmountOf(arguments) / 10_000, ApprovalQueue = "finance.payments",
        });
        return pay;
    }

    private static Task<string> PayAsync(string to, decimal amount) => Task.FromResult($"{to} has got {amount}.");

    private static double AmountOf(AIFunctionArguments arguments) => Convert.ToDouble($"{arguments["amount"]}", CultureInfo.InvariantCulture);

    /// <summary>Somebody who pays.</summary>
    internal interface IBank
    {
        /// <summary>Pays once for each key.</summary>
        Task<string> PayAsync(string to, decimal amount, string key);
    }
}
