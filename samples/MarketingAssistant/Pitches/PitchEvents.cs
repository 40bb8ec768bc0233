using MarketingAssistant.Leads;

namespace MarketingAssistant.Pitches;

/// <summary>What the model has written for a lead.</summary>
public sealed record Pitch(string LeadId, Lead Lead, string Subject, string Text, string Model);

/// <summary>A pitch, and what it is worth.</summary>
public sealed record PitchAnalyzed(string LeadId, Pitch Pitch, Kpi Kpi);

/// <summary>What marketing wants to know about a pitch.</summary>
/// <param name="Words">How long it is.</param>
/// <param name="IsPersonal">Whether it says who it is for.</param>
/// <param name="Value">The worth of the deal by the price list.</param>
public sealed record Kpi(int Words, bool IsPersonal, decimal Value);

/// <summary>What the warehouse says about the product that the pitch is for.</summary>
public sealed record AvailabilityChecked(string LeadId, string Product, int InStock, int DaysToDelivery);
