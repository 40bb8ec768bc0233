namespace MarketingAssistant.Pitches;

/// <summary>Stands in for the service of the warehouse, which takes a moment to answer.</summary>
public sealed class Warehouse(MarketingSettings settings, TimeProvider time)
{
    public async Task<Stock> FindAsync(string product, CancellationToken cancellationToken)
    {
        await Task.Delay(settings.WarehouseTime, time, cancellationToken);
        return product switch
        {
            "cargo-bike" => new Stock(Count: 40, DaysToDelivery: 3),
            "city-bike" => new Stock(Count: 120, DaysToDelivery: 2),
            _ => new Stock(Count: 0, DaysToDelivery: 60),
        };
    }
}
