using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Ganglion.Approvals;
using Ganglion.Events;

namespace Ganglion.AspNetCore.Approvals;

/// <summary>All about an approval.</summary>
/// <param name="Approval">How it is.</param>
/// <param name="ApprovedTopic">Where the event goes once it is approved.</param>
/// <param name="Event">The event as it is to be decided on.</param>
/// <param name="History">What has happened.</param>
internal sealed record ApprovalDetailsView(
    ApprovalView Approval, string ApprovedTopic, CloudEvent Event, IReadOnlyList<ApprovalEntryView> History)
{
    /// <summary>The event as it was held up, where it was edited.</summary>
    public CloudEvent? Original { get; init; }

    public string? Key { get; init; }

    public byte[]? KeyBase64 { get; init; }

    /// <summary>Where the fallback goes if it is rejected.</summary>
    public string? FallbackTopic { get; init; }

    public static ApprovalDetailsView Of(ApprovalDetails details, DateTimeOffset now)
    {
        ReadOnlyMemory<byte>? key = details.Request.Key;
        bool isText = key is { } bytes && Utf8.IsValid(bytes.Span);
        return new(
            ApprovalView.Of(details.Item, now),
            details.Request.ApprovedTopic,
            details.Event,
            [.. details.History.Select(one => ApprovalEntryView.Of(one.Key, one.Value))])
        {
            Original = details.Item.Edits > 0 ? details.Request.Event : null,
            Key = isText ? Encoding.UTF8.GetString(key!.Value.Span) : null,
            KeyBase64 = isText ? null : key?.ToArray(),
            FallbackTopic = details.Request.Fallback?.Topic,
        };
    }
}

/// <summary>What has happened to an approval.</summary>
internal sealed record ApprovalEntryView(string Type, DateTimeOffset At, int Version, string Queue)
{
    public string? By { get; init; }

    public bool Authenticated { get; init; }

    public string? Reason { get; init; }

    public DateTimeOffset? Until { get; init; }

    public string? From { get; init; }

    public IReadOnlyList<string>? Approvers { get; init; }

    public IReadOnlyList<DifferenceView>? Difference { get; init; }

    public static ApprovalEntryView Of(string type, ApprovalEntry entry) => new(type, entry.At, entry.Version, entry.Queue)
    {
        By = entry.By,
        Authenticated = entry.Authenticated,
        Reason = entry.Reason,
        Until = entry.Until,
        From = entry.From,
        Approvers = entry.Approvers,
        Difference = entry.Difference is null ? null : [.. entry.Difference.Select(one => new DifferenceView(one.Op, one.Path) { Old = one.Old, Value = one.Value })],
    };
}

/// <summary>One thing that an edit has changed.</summary>
internal sealed record DifferenceView(string Op, string Path)
{
    public JsonElement? Old { get; init; }

    public JsonElement? Value { get; init; }
}
