namespace Ganglion.Tests.Brokers.Listener.Hostile;

/// <summary>What the fields of a request hold, by their names in <see cref="RequestShape"/>.</summary>
internal interface IRequestValues
{
    /// <summary>How many items a list has.</summary>
    /// <param name="name">The list.</param>
    /// <param name="depth">How many lists it lies in.</param>
    int Count(string name, int depth);

    Guid Id(string name);

    string? Text(string name);

    long Number(string name);

    ReadOnlyMemory<byte> Bytes(string name);

    ReadOnlyMemory<byte> Records();
}
