using MarketingAssistant.Leads;

namespace MarketingAssistant.Messages;

/// <summary>What is to go out to a lead, once a person has agreed.</summary>
public sealed record Message(string LeadId, Lead Lead, string Subject, string Text, decimal Value);

/// <summary>Sales is to know of a lead.</summary>
public sealed record SalesNotice(string LeadId, string Text, decimal Value);

/// <summary>An e-mail is to be sent.</summary>
public sealed record EmailOrder(string LeadId, string To, string Name, string Subject, string Text);

/// <summary>The CRM is to know how far a lead is.</summary>
public sealed record CrmEntry(string LeadId, string Name, string Company, string Email, string Product, int Quantity, decimal Value, string Stage);

/// <summary>What was sent on one of the three ways, the sink, is there, and can be found by its receipt.</summary>
public sealed record Delivered(string LeadId, string Sink, string Receipt);
