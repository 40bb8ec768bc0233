namespace MarketingAssistant.Pitches;

/// <summary>How many there are of a product, and how long it takes to get them to somebody.</summary>
public sealed record Stock(int Count, int DaysToDelivery);
