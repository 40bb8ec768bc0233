using System.Diagnostics;
using System.Diagnostics.Metrics;
using Ganglion.Telemetry;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.Caching;

/// <summary>What is counted of answers that are kept. What nobody listens to costs a look at a flag.</summary>
internal sealed class ModelCacheMetrics : IDisposable
{
    private readonly Meter? _ownMeter;
    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;
    private readonly Counter<long> _shared;
    private readonly Counter<long> _faults;

    /// <param name="meters">Makes the meter.</param>
    /// <param name="memory">How many bytes of answers are in memory.</param>
    public ModelCacheMetrics(IMeterFactory? meters, Func<long> memory)
    {
        Meter meter = meters?.Create(GanglionTelemetry.MeterName) ?? (_ownMeter = new Meter(GanglionTelemetry.MeterName));
        _hits = meter.CreateCounter<long>("ganglion.model.cache.hits", "{call}", "Calls of models that were answered by what was answered before.");
        _misses = meter.CreateCounter<long>("ganglion.model.cache.misses", "{call}", "Calls of models whose answer was not there.");
        _shared = meter.CreateCounter<long>("ganglion.model.cache.shared", "{call}", "Calls of models that got the answer of one that was on its way.");
        _faults = meter.CreateCounter<long>("ganglion.model.cache.faults", "{fault}", "Answers that could not be read or kept.");
        meter.CreateObservableGauge("ganglion.model.cache.memory", memory, "By", "Answers of models that are kept in memory.");
    }

    public void Hit(ChatClientMetadata? client, ChatOptions? options) => Count(_hits, client, options);

    public void Missed(ChatClientMetadata? client, ChatOptions? options) => Count(_misses, client, options);

    public void Shared(ChatClientMetadata? client, ChatOptions? options) => Count(_shared, client, options);

    public void Failed(Exception failure) => _faults.Add(1, new KeyValuePair<string, object?>("error.type", ErrorTypes.Of(failure)));

    public void Dispose() => _ownMeter?.Dispose();

    private static void Count(Counter<long> counter, ChatClientMetadata? client, ChatOptions? options)
    {
        if (counter.Enabled)
        {
            counter.Add(1, new TagList
            {
                { "gen_ai.provider.name", client?.ProviderName },
                { "gen_ai.request.model", options?.ModelId ?? client?.DefaultModelId },
            });
        }
    }
}
