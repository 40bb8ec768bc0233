using System.Diagnostics.Metrics;
using Ganglion.Telemetry;

namespace Ganglion.Budgets;

/// <summary>What is measured of budgets. What nobody listens to costs a look at a flag.</summary>
internal sealed class BudgetMetrics : IDisposable
{
    private readonly Meter? _ownMeter;
    private readonly Counter<long> _refused;
    private readonly Meter _meter;

    public BudgetMetrics(IMeterFactory? meters)
    {
        _meter = meters?.Create(GanglionTelemetry.MeterName) ?? (_ownMeter = new Meter(GanglionTelemetry.MeterName));
        _refused = _meter.CreateCounter<long>("ganglion.budget.refused", "{request}", "Who found no room in a budget and was told so.");
    }

    /// <summary>Says where to look for what is observed.</summary>
    public void Observe(Func<IEnumerable<BudgetMeasurement>> look)
    {
        _meter.CreateObservableGauge(
            "ganglion.budget.waiting",
            () => look().Select(budget => new Measurement<int>(budget.Waiting, Tag(budget.Name))),
            "{request}",
            "Who waits for room in a budget, in this process.");
        _meter.CreateObservableGauge(
            "ganglion.budget.used",
            () => look().SelectMany(budget => budget.Uses.Select(use => Of(budget, use, (double)use.Used))),
            null,
            "What is spent of a limit of a budget or leased out, as this process was told last.");
        _meter.CreateObservableGauge(
            "ganglion.budget.limit",
            () => look().SelectMany(budget => budget.Uses.Select(use => Of(budget, use, (double)BudgetLimit.Parse(use.Limit).Amount))),
            null,
            "What may be spent of a limit of a budget.");
    }

    public void Refused(string budget, string code) => _refused.Add(1, Tag(budget), new KeyValuePair<string, object?>("error.type", code));

    public void Dispose() => _ownMeter?.Dispose();

    private static KeyValuePair<string, object?> Tag(string budget) => new("ganglion.budget", budget);

    private static Measurement<double> Of(BudgetMeasurement budget, LimitUse use, double value) =>
        new(value, Tag(budget.Name), new KeyValuePair<string, object?>("ganglion.budget.kind", BudgetLimit.Parse(use.Limit).Kind));
}

/// <summary>What can be observed of a budget in a process.</summary>
internal sealed record BudgetMeasurement(string Name, int Waiting, IReadOnlyList<LimitUse> Uses);
