namespace MarketingAssistant.Leads;

/// <summary>The form that somebody has filled in on the web page.</summary>
public sealed record Lead(string LeadId, string Name, string Email, string Company, string Product, int Quantity, string? Message = null);
