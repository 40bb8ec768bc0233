using System.Text.Json;
using Ganglion.Approvals;

namespace MarketingAssistant.Timeline;

/// <summary>What an event says, in a few words.</summary>
internal static class Summary
{
    public static string Of(LeadEvent one) => one.Note ?? (one.Data.ValueKind != JsonValueKind.Object ? one.Data.ToString() : one.Name switch
    {
        Channels.New or Channels.Cleaned => $"{one["name"]}: {one["quantity"]} × {one["product"]}. {one["message"]}",
        Channels.Generated or Channels.Compliant => ParagraphOf(one["text"]),
        Channels.Analyzed => $"{one["kpi", "words"]} words, {(one["kpi", "is_personal"] == "True" ? "personal" : "not personal")}, worth {one["kpi", "value"]}",
        Channels.Availability => $"{one["in_stock"]} × {one["product"]} in stock, {one["days_to_delivery"]} days",
        Channels.Ready or Channels.Pending => one["subject"],
        Channels.Approved => ParagraphOf(one["text"]),
        Channels.Sales => one["text"],
        Channels.Email => $"to {one["to"]}: {one["subject"]}",
        Channels.Crm => $"{one["company"]}: {one["stage"]}, {one["value"]}",
        Channels.Delivered => $"{one["sink"]} → {one["receipt"]}",
        ApprovalRequests.Requested => $"{one["approval"]}: {one["reason"]}",
        _ => $"by {one["by"]}{(one["reason"] is { Length: > 0 } reason ? $": {reason}" : "")}",
    });

    // The one behind the greeting.
    private static string ParagraphOf(string text) => (text.Split("\n\n").ElementAtOrDefault(1) ?? text).Replace('\n', ' ');
}
