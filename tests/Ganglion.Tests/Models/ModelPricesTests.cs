using Ganglion.Budgets;
using Ganglion.Models;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Models;

public sealed class ModelPricesTests
{
    [Fact(Timeout = 20_000)]
    public async Task A_model_costs_what_is_configured_or_what_code_says_or_what_all_others_do()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddModelPrice("large", 2, 10).AddModelPrice("*", 1, 1),
            configuration: new() { ["Ganglion:Prices:large:Output"] = "12.5", ["Ganglion:Prices:llama3:8b:Input"] = "0.1" });

        ModelPrices prices = host.Host.Services.GetRequiredService<ModelPrices>();

        prices.Of("large").ShouldBe(new ModelPrice(2, 12.5m));
        prices.Of("llama3:8b").ShouldBe(new ModelPrice(0.1m, 0));
        prices.Of("unknown").ShouldBe(new ModelPrice(1, 1));
        prices.Of("large").Of(1_000_000, 100_000).ShouldBe(3.25m);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_price_that_is_none_is_told_with_its_place()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(_ => { }, configuration: new() { ["Ganglion:Prices:large:Output"] = "-1", ["Ganglion:Prices:large:Input"] = "much" });

        BudgetException wrong = Should.Throw<BudgetException>(() => host.Host.Services.GetRequiredService<ModelPrices>());

        wrong.Message.ShouldContain("Ganglion:Prices:large is below zero");
        wrong.Message.ShouldContain("Ganglion:Prices:large:Input is 'much': set a number such as 0.5.");
    }
}
