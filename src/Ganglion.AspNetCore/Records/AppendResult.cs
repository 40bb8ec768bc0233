namespace Ganglion.AspNetCore.Records;

/// <summary>Where the records of a request lie, in its order.</summary>
internal sealed record AppendResult(IReadOnlyList<PositionView> Positions);

/// <summary>Where a record lies.</summary>
internal sealed record PositionView(string Topic, int Partition, long Offset);
