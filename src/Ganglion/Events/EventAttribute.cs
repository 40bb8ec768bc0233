namespace Ganglion.Events;

/// <summary>The attributes that <see cref="CloudEvent"/> has properties for. Those of the specification come first.</summary>
internal enum EventAttribute
{
    SpecVersion,
    Id,
    Source,
    Type,
    Time,
    Subject,
    DataContentType,
    DataSchema,

    CorrelationId,
    CausationId,
    PartitionKey,
    SessionId,
    TraceParent,
    TraceState,

    /// <summary>Any other attribute.</summary>
    Extension,
}
