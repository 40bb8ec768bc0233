namespace Ganglion.Models;

/// <summary>A part of a conversation.</summary>
/// <param name="From">The number of its first turn; the conversation's first has 0.</param>
/// <param name="Count">How many turns it has.</param>
public readonly record struct TurnRange(int From, int Count);
