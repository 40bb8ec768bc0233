namespace Ganglion.Events;

public sealed partial record CloudEvent
{
    /// <summary>Whether the other event has the same attributes and the same bytes of data.</summary>
    /// <param name="other">The other event.</param>
    public bool Equals(CloudEvent? other) =>
        ReferenceEquals(this, other) || (other is not null
            && Id == other.Id
            && Source == other.Source
            && Type == other.Type
            && Time == other.Time
            && Subject == other.Subject
            && DataContentType == other.DataContentType
            && DataSchema == other.DataSchema
            && CorrelationId == other.CorrelationId
            && CausationId == other.CausationId
            && PartitionKey == other.PartitionKey
            && SessionId == other.SessionId
            && TraceParent == other.TraceParent
            && TraceState == other.TraceState
            && SameData(Data, other.Data)
            && SameExtensions(Extensions, other.Extensions));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Source, Type);

    private static bool SameData(ReadOnlyMemory<byte>? left, ReadOnlyMemory<byte>? right) =>
        left.HasValue == right.HasValue && left.GetValueOrDefault().Span.SequenceEqual(right.GetValueOrDefault().Span);

    private static bool SameExtensions(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        foreach ((string name, string value) in left)
        {
            if (!right.TryGetValue(name, out string? other) || value != other)
            {
                return false;
            }
        }

        return true;
    }
}
