using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Ganglion.Telemetry;

/// <summary>What calls of models take: time, tokens, money. What nobody listens to costs a look at a flag.</summary>
internal sealed class ModelMetrics : IDisposable
{
    private readonly Meter? _ownMeter;
    private readonly Histogram<double> _duration;
    private readonly Histogram<long> _tokens;
    private readonly Counter<double> _cost;

    public ModelMetrics(IMeterFactory? meters)
    {
        Meter meter = meters?.Create(GanglionTelemetry.MeterName) ?? (_ownMeter = new Meter(GanglionTelemetry.MeterName));
        _duration = meter.CreateHistogram<double>(ModelTelemetry.Duration, "s", "How long calls of models take.");
        _tokens = meter.CreateHistogram<long>(ModelTelemetry.TokenUsage, "{token}", "How many tokens calls of models take.");
        _cost = meter.CreateCounter<double>(ModelTelemetry.Cost, "{currency}", "What calls of models cost by the table of prices, in its currency.");
    }

    /// <summary>A call is over.</summary>
    /// <param name="took">How long it took.</param>
    /// <param name="input">The tokens of its prompt, if they are known.</param>
    /// <param name="output">The tokens of its answer, if they are known.</param>
    /// <param name="cost">What it cost.</param>
    /// <param name="tags">Whose call it was; <c>error.type</c> if it failed.</param>
    public void Called(TimeSpan took, long? input, long? output, decimal cost, in TagList tags)
    {
        _duration.Record(took.TotalSeconds, tags);
        Record(input, "input", tags);
        Record(output, "output", tags);
        if (cost > 0)
        {
            _cost.Add((double)cost, tags);
        }
    }

    public void Dispose() => _ownMeter?.Dispose();

    private void Record(long? count, string type, TagList tags)
    {
        if (count is { } tokens)
        {
            tags.Add(ModelTelemetry.TokenType, type);
            _tokens.Record(tokens, tags);
        }
    }
}
