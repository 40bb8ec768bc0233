namespace Ganglion.Events;

/// <summary>
/// Tells the version of a data type. It is written with every event (<c>application/json; version=2.1</c>); data of older
/// versions is brought up to it by upcasters. A type without a version reads data of any version as it is.
/// </summary>
/// <example><code>
/// [EventVersion("2.1")]
/// public sealed record InvoiceCreated(string InvoiceId, decimal Amount, string Currency = "EUR");
/// </code></example>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class EventVersionAttribute : Attribute
{
    /// <summary>Creates the attribute.</summary>
    /// <param name="version">See <see cref="Version"/>.</param>
    /// <exception cref="ArgumentException">It is no version.</exception>
    public EventVersionAttribute(string version)
    {
        if (!DataVersion.TryParse(version, out _))
        {
            throw new ArgumentException($"'{version}' is no version: it is one to three numbers, such as 2.1.", nameof(version));
        }

        Version = version;
    }

    /// <summary>One to three numbers, such as <c>2.1</c>.</summary>
    public string Version { get; }
}
