using System.Diagnostics;
using Ganglion.Telemetry;
using Microsoft.Extensions.AI;

namespace Ganglion.Models;

/// <summary>A call of a model, as traces and metrics tell of it.</summary>
internal sealed class TracedCall
{
    private readonly ModelMetrics _metrics;
    private readonly ModelPrices _prices;
    private readonly ChatClientMetadata? _metadata;
    private readonly Activity? _activity;
    private readonly long _started = Stopwatch.GetTimestamp();
    private UsageDetails? _usage;
    private string? _answeredBy;
    private string? _id;
    private ChatFinishReason? _reason;
    private Exception? _failure;

    public TracedCall(ModelMetrics metrics, ModelPrices prices, ChatClientMetadata? metadata, ChatOptions? options)
    {
        _metrics = metrics;
        _prices = prices;
        _metadata = metadata;
        Model = options?.ModelId ?? metadata?.DefaultModelId;
        _activity = GanglionTelemetry.Source.StartActivity(Model is null ? ModelTelemetry.Chat : $"{ModelTelemetry.Chat} {Model}", ActivityKind.Client);
        if (_activity is { IsAllDataRequested: true } activity)
        {
            activity.SetTag(ModelTelemetry.Temperature, options?.Temperature).SetTag(ModelTelemetry.TopP, options?.TopP).SetTag(ModelTelemetry.MaxTokens, options?.MaxOutputTokens)
                .SetTag(ModelTelemetry.ConversationId, options?.ConversationId);
        }
    }

    /// <summary>The model that is asked.</summary>
    public string? Model { get; }

    public void Answered(ChatResponse answer)
    {
        _usage = answer.Usage;
        _answeredBy = answer.ModelId;
        _id = answer.ResponseId;
        _reason = answer.FinishReason;
    }

    /// <summary>A part of a streamed answer.</summary>
    public void Came(ChatResponseUpdate part)
    {
        _answeredBy = part.ModelId ?? _answeredBy;
        _id = part.ResponseId ?? _id;
        _reason = part.FinishReason ?? _reason;
        foreach (UsageContent usage in part.Contents.OfType<UsageContent>())
        {
            (_usage ??= new UsageDetails()).Add(usage.Details);
        }
    }

    public void Failed(Exception failure) => _failure = failure;

    public void End()
    {
        var tags = new TagList { { ModelTelemetry.OperationName, ModelTelemetry.Chat } };
        Add(ref tags, ModelTelemetry.Provider, _metadata?.ProviderName);
        Add(ref tags, ModelTelemetry.RequestModel, Model);
        Add(ref tags, ModelTelemetry.ResponseModel, _answeredBy);
        Add(ref tags, ModelTelemetry.ServerAddress, _metadata?.ProviderUri?.Host);
        Add(ref tags, ModelTelemetry.ServerPort, _metadata?.ProviderUri?.Port);
        Add(ref tags, ModelTelemetry.ErrorType, _failure is null ? null : ErrorTypes.Of(_failure));
        _metrics.Called(
            Stopwatch.GetElapsedTime(_started), _usage?.InputTokenCount, _usage?.OutputTokenCount, _prices.Of(Model).Of(_usage?.InputTokenCount ?? 0, _usage?.OutputTokenCount ?? 0), tags);
        if (_activity is null)
        {
            return;
        }

        foreach ((string name, object? value) in tags)
        {
            _activity.SetTag(name, value);
        }

        _activity.SetTag(ModelTelemetry.ResponseId, _id).SetTag(ModelTelemetry.InputTokens, _usage?.InputTokenCount).SetTag(ModelTelemetry.OutputTokens, _usage?.OutputTokenCount)
            .SetTag(ModelTelemetry.FinishReasons, _reason is { } reason ? new[] { reason.Value } : null);
        _activity.End(_failure);
    }

    private static void Add(ref TagList tags, string name, object? value)
    {
        if (value is not null)
        {
            tags.Add(name, value);
        }
    }
}
