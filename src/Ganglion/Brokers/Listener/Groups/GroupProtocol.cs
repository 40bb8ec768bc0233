namespace Ganglion.Brokers.Listener.Groups;

/// <summary>A way to share partitions out that a member knows.</summary>
/// <param name="Name">Its name, such as <c>range</c>.</param>
/// <param name="Metadata">What the member says about itself to the leader; the group does not look into it.</param>
internal sealed record GroupProtocol(string Name, ReadOnlyMemory<byte> Metadata)
{
    public bool Matches(GroupProtocol other) => Name == other.Name && Metadata.Span.SequenceEqual(other.Metadata.Span);
}
