using System.Diagnostics;

namespace Ganglion.Events;

/// <summary>
/// The last hop of a trace, as W3C Trace Context writes it. It travels beside the event, in the plain headers
/// <c>traceparent</c> and <c>tracestate</c>, and is new with every hop; <see cref="CloudEvent.TraceParent"/> is the origin.
/// </summary>
/// <param name="TraceParent">The <c>traceparent</c>; <see langword="null"/> if there is no trace.</param>
/// <param name="TraceState">The <c>tracestate</c>, if there is any.</param>
public readonly record struct TraceContext(string? TraceParent, string? TraceState = null)
{
    /// <summary>The context of an activity; none if there is no activity.</summary>
    /// <param name="activity">The activity, such as <see cref="Activity.Current"/>.</param>
    public static TraceContext Of(Activity? activity) =>
        activity is { IdFormat: ActivityIdFormat.W3C } ? new(activity.Id, activity.TraceStateString) : default;

    /// <summary>Reads the hop from the headers of a record; none if there is none, or if it is not text.</summary>
    /// <param name="headers">The headers.</param>
    public static TraceContext Read(RecordHeaders headers) =>
        headers.TryGet("traceparent"u8, out ReadOnlyMemory<byte> parent) && AttributeText.Read(parent.Span) is { Length: > 0 } traceParent
            ? new(traceParent, headers.TryGet("tracestate"u8, out ReadOnlyMemory<byte> state) ? AttributeText.Read(state.Span) : null)
            : default;
}
