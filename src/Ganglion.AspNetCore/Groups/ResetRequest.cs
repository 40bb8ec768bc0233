namespace Ganglion.AspNetCore.Groups;

/// <summary>Where a group is to go on reading a topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="To"><c>earliest</c>, <c>latest</c>, an offset, a moment, or how long ago.</param>
internal sealed record ResetRequest(string Topic, string To)
{
    /// <summary>One partition only; else all of the topic's.</summary>
    public int? Partition { get; init; }
}
