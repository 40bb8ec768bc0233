namespace Ganglion.Testing;

/// <summary>When a fault happens.</summary>
/// <param name="Number">At which time that the point is reached, from 1 on; <see langword="null"/>: at random.</param>
/// <param name="Probability">How likely it is each time, if it happens at random.</param>
/// <param name="Seed">Where the random numbers begin.</param>
internal readonly record struct FaultTime(long? Number, double Probability = 1, int Seed = 0);
