namespace Ganglion.Benchmarks.Harness;

/// <summary>One measured value of one round.</summary>
internal readonly record struct Sample(string Name, double Value, Unit Unit);
