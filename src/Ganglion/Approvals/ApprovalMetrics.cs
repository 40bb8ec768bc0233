using System.Diagnostics;
using System.Diagnostics.Metrics;
using Ganglion.Telemetry;

namespace Ganglion.Approvals;

/// <summary>What is counted about approvals, where they are decided. What nobody listens to costs a look at a flag.</summary>
internal sealed class ApprovalMetrics : IDisposable
{
    private readonly Meter? _ownMeter;
    private readonly Counter<long> _requested;
    private readonly Counter<long> _decided;
    private readonly Counter<long> _escalated;
    private readonly Histogram<double> _duration;

    public ApprovalMetrics(IMeterFactory? meters)
    {
        Meter meter = meters?.Create(GanglionTelemetry.MeterName) ?? (_ownMeter = new Meter(GanglionTelemetry.MeterName));
        _requested = meter.CreateCounter<long>("ganglion.approvals.requested", "{approval}", "Events that were held up for a person.");
        _decided = meter.CreateCounter<long>("ganglion.approvals.decided", "{approval}", "Approvals that were decided, by whom and how.");
        _escalated = meter.CreateCounter<long>("ganglion.approvals.escalated", "{approval}", "Approvals that went to another queue.");
        _duration = meter.CreateHistogram<double>("ganglion.approvals.duration", "s", "How long events were held up.");
    }

    public void Count(string kind, ApprovalEntry entry)
    {
        TagList tags = new()
        {
            { "ganglion.approval.queue", entry.Queue },
            { "ganglion.approval.rule", entry.Rule ?? "none" },
            { "ganglion.agent", entry.Agent ?? "none" },
        };
        switch (kind)
        {
            case ApprovalKinds.Requested:
                _requested.Add(1, tags);
                break;
            case ApprovalKinds.Escalated:
                _escalated.Add(1, tags);
                break;
            case ApprovalKinds.Approved or ApprovalKinds.Rejected:
                tags.Add("ganglion.approval.decision", kind == ApprovalKinds.Rejected ? "rejected" : entry.Edits > 0 ? "edited" : "approved");
                tags.Add("ganglion.approval.by", entry.By is null ? "default" : "person");
                _decided.Add(1, tags);
                _duration.Record(Math.Max(0, (entry.At - entry.Since).TotalSeconds), tags);
                break;
        }
    }

    public void Dispose() => _ownMeter?.Dispose();
}
