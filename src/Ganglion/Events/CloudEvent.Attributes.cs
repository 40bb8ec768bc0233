namespace Ganglion.Events;

public sealed partial record CloudEvent
{
    /// <summary>All attributes that are set, by their names in CloudEvents and as text; extensions last.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Attributes()
    {
        yield return new("specversion", SpecVersion);
        yield return new("id", Id);
        yield return new("source", Source);
        yield return new("type", Type);
        (string Name, string? Value)[] optional =
        [
            ("time", Time is { } time ? Rfc3339.Write(time) : null),
            ("subject", Subject),
            ("datacontenttype", DataContentType),
            ("dataschema", DataSchema),
            ("correlationid", CorrelationId),
            ("causationid", CausationId),
            ("partitionkey", PartitionKey),
            ("sessionid", SessionId),
            ("traceparent", TraceParent),
            ("tracestate", TraceState),
        ];
        foreach ((string name, string? value) in optional)
        {
            if (value is not null)
            {
                yield return new(name, value);
            }
        }

        foreach (KeyValuePair<string, string> extension in Extensions)
        {
            yield return extension;
        }
    }
}
