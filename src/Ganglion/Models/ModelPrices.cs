namespace Ganglion.Models;

/// <summary>What models cost. A service of every host: prices of code (<c>AddModelPrice</c>), and behind them those of the configuration (<c>Ganglion:Prices:MODEL:Input</c> and <c>:Output</c>).</summary>
public sealed class ModelPrices
{
    private readonly IReadOnlyDictionary<string, ModelPrice> _prices;

    /// <summary>Makes a table of prices.</summary>
    /// <param name="prices">The price of each model, by its name; <c>*</c> for all that are not among them.</param>
    /// <exception cref="ArgumentException">A price is below zero.</exception>
    public ModelPrices(IReadOnlyDictionary<string, ModelPrice> prices)
    {
        ArgumentNullException.ThrowIfNull(prices);
        foreach ((string model, ModelPrice price) in prices)
        {
            if (price.Input < 0 || price.Output < 0)
            {
                throw new ArgumentException($"The price of {model} is below zero: set zero or more.", nameof(prices));
            }
        }

        _prices = prices;
    }

    /// <summary>What a model costs; nothing if that is not known.</summary>
    /// <param name="model">Its name.</param>
    public ModelPrice Of(string? model) =>
        model is not null && _prices.TryGetValue(model, out ModelPrice price) ? price : _prices.GetValueOrDefault("*");
}
