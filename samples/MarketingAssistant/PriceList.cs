namespace MarketingAssistant;

/// <summary>What is sold, and for how much apiece.</summary>
internal static class PriceList
{
    private static readonly Dictionary<string, decimal> Prices = new(StringComparer.Ordinal)
    {
        ["cargo-bike"] = 3_200,
        ["city-bike"] = 900,
        ["folding-bike"] = 1_100,
    };

    public static decimal? Find(string product) => Prices.TryGetValue(product, out decimal price) ? price : null;
}
