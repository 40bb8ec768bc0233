using System.Collections.Concurrent;
using System.Reflection;

namespace Ganglion.Events;

/// <summary>
/// Names the type of the events that carry a type of data, for messages that are told apart by their type. The name outlives the class:
/// it lies on the log.
/// </summary>
/// <param name="name">See <see cref="Name"/>.</param>
/// <example><code>
/// [EventType("invoice.created")]
/// public sealed record InvoiceCreated(string InvoiceId, decimal Amount);
/// </code></example>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class EventTypeAttribute(string name) : Attribute
{
    // What a type is called never changes, so that it is looked up once.
    private static readonly ConcurrentDictionary<Type, string> Names = new();

    /// <summary>The type of the events, of the characters <c>a–z A–Z 0–9 . _ -</c>.</summary>
    public string Name { get; } = name;

    /// <summary>What the events are called that carry a type of data: what its attribute says, else its full name, with dots for nested types.</summary>
    /// <param name="type">The type of the data.</param>
    /// <exception cref="ArgumentException">The type is generic or an array, and has no name of its own.</exception>
    public static string NameOf(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Names.GetOrAdd(type, static type => type.GetCustomAttribute<EventTypeAttribute>()?.Name ?? FullNameOf(type));
    }

    private static string FullNameOf(Type type) => type is { IsGenericType: false, IsArray: false, FullName: { } name }
        ? name.Replace('+', '.')
        : throw new ArgumentException($"{type} has no name that could lie on the log: send a type of your own that holds it.", nameof(type));
}
