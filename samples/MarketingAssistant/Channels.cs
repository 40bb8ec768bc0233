namespace MarketingAssistant;

/// <summary>The names of the topics on the way of a lead, which are also the types of the events that agents publish there.</summary>
internal static class Channels
{
    public const string New = "lead.new";
    public const string Cleaned = "lead.cleaned";
    public const string Generated = "pitch.generated";
    public const string Compliant = "pitch.compliant";
    public const string Analyzed = "pitch.analyzed";
    public const string Availability = "availability.checked";
    public const string Ready = "message.ready";
    public const string Pending = "message.pending_approval";
    public const string Approved = "message.approved";
    public const string Sales = "notifications.sales";
    public const string Email = "email.send";
    public const string Crm = "crm.sync";

    /// <summary>A message has come where it was to go: an event for each of the three ways out.</summary>
    public const string Delivered = "message.delivered";

    /// <summary>Leads that the guards have stopped.</summary>
    public const string LeadFlagged = "lead.flagged";

    /// <summary>Pitches that the brand's guard has stopped.</summary>
    public const string PitchFlagged = "pitch.flagged";

    /// <summary>In the order of the way.</summary>
    public static readonly string[] All =
    [
        New, LeadFlagged, Cleaned, Generated, PitchFlagged, Compliant, Analyzed, Availability, Ready, Pending, Approved, Sales, Email, Crm, Delivered,
    ];

    /// <summary>Those from which an event may be parked.</summary>
    public static readonly string[] Read = [New, Cleaned, Generated, Compliant, Analyzed, Availability, Ready, Approved, Sales, Email, Crm];

    /// <summary>The ways out.</summary>
    public static readonly string[] Out = [Sales, Email, Crm];

    /// <summary>Where lies what could not be handled.</summary>
    public static string ParkedOf(string channel) => channel + ".dlq";
}
