namespace Ganglion.Routes;

/// <summary>A topic from which events of a channel are read.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Starts">Where it begins, by partition; <see langword="null"/>: at the beginning.</param>
/// <param name="Ends">Where it ends, by partition: what lies there, and behind, is not for the reader. <see langword="null"/>: nowhere, as far as is known.</param>
internal sealed record ReadTopic(string Topic, IReadOnlyList<long>? Starts = null, IReadOnlyList<long>? Ends = null)
{
    /// <summary>Where a partition ends; one that has come since the end was set is not for the reader at all.</summary>
    public long EndOf(int partition) => Ends is null ? long.MaxValue : partition < Ends.Count ? Ends[partition] : 0;

    /// <summary>Whether it ends, and nothing of the channel's other topics is for the reader before; where may not be known yet.</summary>
    public bool IsEarlier { get; init; }

    /// <summary>The lane that it is; <see langword="null"/>: it is none.</summary>
    public string? Lane { get; init; }
}
