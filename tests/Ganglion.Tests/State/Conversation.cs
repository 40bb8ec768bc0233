using Ganglion.Agents;
using Ganglion.Events;

namespace Ganglion.Tests.State;

/// <summary>A state that changes by what is said, and by forgetting what was said first.</summary>
public sealed class Conversation : IApply<TurnSaid>, IApply<TurnForgotten>
{
    public List<string> Turns { get; init; } = [];

    public void Apply(TurnSaid change)
    {
        if (change.Text == "unspeakable")
        {
            throw new InvalidOperationException("Nobody says that.");
        }

        Turns.Add(change.Text);
    }

    public void Apply(TurnForgotten change) => Turns.RemoveAt(0);
}

[EventType("turn-said")]
[EventVersion("1.0")]
public sealed record TurnSaid(string Text);

[EventType("turn-forgotten")]
public sealed record TurnForgotten;
