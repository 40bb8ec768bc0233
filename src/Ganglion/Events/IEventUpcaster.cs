using System.Text.Json.Nodes;

namespace Ganglion.Events;

/// <summary>
/// Brings the data of one type of event from one version to a newer one, when it is read. What lies on the log stays as it was
/// written. Upcasters are chained: each takes one step.
/// </summary>
public interface IEventUpcaster
{
    /// <summary>The type of the events, such as <c>invoice.created</c>.</summary>
    string EventType { get; }

    /// <summary>The version that it takes, such as <c>1.0</c>; <see langword="null"/>: data that carries no version.</summary>
    string? FromVersion { get; }

    /// <summary>The version that it makes, newer than <see cref="FromVersion"/>.</summary>
    string ToVersion { get; }

    /// <summary>Makes newer data of older.</summary>
    /// <param name="data">The older data; it may be changed and returned.</param>
    /// <returns>The newer data.</returns>
    JsonNode Upcast(JsonNode data);
}
