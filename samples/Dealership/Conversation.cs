using Ganglion.Agents;
using Ganglion.Events;
using Microsoft.Extensions.AI;

namespace Dealership;

/// <summary>Somebody has said something.</summary>
[EventType("turn-said")]
[EventVersion("1.0")]
public sealed record TurnSaid(bool ByVisitor, string Text);

/// <summary>What the agent remembers of a visitor: every turn, which is stored once.</summary>
public sealed class Conversation : IApply<TurnSaid>
{
    public List<TurnSaid> Turns { get; init; } = [];

    public void Apply(TurnSaid change) => Turns.Add(change);

    public IEnumerable<ChatMessage> ToPrompt() =>
        Turns.Select(turn => new ChatMessage(turn.ByVisitor ? ChatRole.User : ChatRole.Assistant, turn.Text));
}
