using Ganglion.Budgets;
using Ganglion.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Hosting;

/// <summary>Makes the table of prices, of what code and configuration say.</summary>
internal static class ModelPricesFactory
{
    private const string Section = "Ganglion:Prices";

    /// <exception cref="BudgetException">Anything is wrong with what is configured; the message has all of it.</exception>
    public static ModelPrices Create(IServiceProvider services)
    {
        var prices = new Dictionary<string, ModelPrice>(StringComparer.Ordinal);
        foreach (ModelPriceRegistration registration in services.GetServices<ModelPriceRegistration>())
        {
            prices[registration.Model] = registration.Price;
        }

        var faults = new List<string>();
        if (services.GetService<IConfiguration>() is { } configuration)
        {
            foreach ((string model, IConfigurationSection section) in NamedSections.In(configuration.GetSection(Section)))
            {
                ModelPrice known = prices.GetValueOrDefault(model);
                var configured = new PriceSection { Input = known.Input, Output = known.Output };
                OptionsBinding.Bind(section, configured, faults);
                prices[model] = new ModelPrice(configured.Input, configured.Output);
                if (configured.Input < 0 || configured.Output < 0)
                {
                    faults.Add($"{section.Path} is below zero: set zero or more.");
                }
            }
        }

        return faults.Count == 0 ? new ModelPrices(prices) : throw new BudgetException(BudgetException.Malformed, string.Join(' ', faults));
    }

    /// <summary>What the configuration can say of a model.</summary>
    internal sealed record PriceSection
    {
        public decimal Input { get; init; }

        public decimal Output { get; init; }
    }
}
