using Ganglion.Hosting;
using Ganglion.Models.Caching;
using Ganglion.Agents;
using Ganglion.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Hosting;

namespace Architecture;

/// <summary>The code of docs/models.md.</summary>
internal static class ModelsExample
{
    public const string Path = "tests/Architecture/ModelsExample.cs";

    public static void AddScript(IHostApplicationBuilder builder)
    {
        builder.AddGanglion(ganglion => ganglion
            .UseEmbeddedBroker("data")
            .AddModel("writer", model => model.UseEnvironment(new ScriptedChatClient("rules", [new ScriptedRule("hello", "Hello. I am a script.")])))
            .AddAgent<Writer>());
    }

    public static ChatOptions Options()
    {
        var options = new ChatOptions { AdditionalProperties = new() { ["num_ctx"] = 16_384 } };
        return options;
    }

    public static void AddPaid(IHostApplicationBuilder builder)
    {
        builder.AddGanglion(ganglion => ganglion
            .UseEmbeddedBroker("data")
            .AddModel("writer", model => model
                .UseOpenAI(openAI => openAI.Model = "gpt-4o-mini")
                .WithRetries()
                .WithBudget(new BudgetedChatOptions { Tenant = "acme", CanDowngrade = true })
                .WithFallback("local"))
            .AddModel("local", model => model.UseOllama(ollama => ollama.Model = "llama3.2"))
            .AddModelPrice("gpt-4o-mini", input: 0.15m, output: 0.60m)
            .AddBudgets(budgets => budgets.Add("tenant:acme", "10 money/day")));
    }

    [Agent("writer")]
    public sealed class Writer : Agent;

    public static void AddCache(GanglionBuilder ganglion) => ganglion
        .AddModel("writer", model => model.UseOpenAI().WithBudget().WithCache(new CachedChatOptions { MaxAge = TimeSpan.FromHours(6) }));
}
