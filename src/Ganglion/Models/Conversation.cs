using Ganglion.Agents;

namespace Ganglion.Models;

/// <summary>
/// What an instance remembers of a conversation: its turns, each of which lies on the log once, whatever is asked about them. Derive from it to remember more.
/// </summary>
public class Conversation : IApply<ConversationTurn>, IAppendOnly
{
    private readonly List<ConversationTurn> _turns = [];

    /// <summary>All turns, the oldest first.</summary>
    public IReadOnlyList<ConversationTurn> Turns
    {
        get => _turns;
        init => _turns = [.. value];
    }

    /// <inheritdoc/>
    public void Apply(ConversationTurn change) => _turns.Add(change);

    /// <summary>The newest turns that fit: they begin with what a user has said, so that no answer stands there without its question.</summary>
    /// <param name="tokens">About how many tokens they may have.</param>
    internal TurnRange Newest(long tokens)
    {
        int from = _turns.Count, start = _turns.Count;
        while (from > 0 && (tokens -= TokenEstimate.Of(_turns[from - 1].ToMessage().Contents)) >= 0)
        {
            from--;
            start = _turns[from].Role == "user" ? from : start;
        }

        // One turn there is in any case: the model may know how to do with less of it.
        int last = _turns.FindLastIndex(turn => turn.Role == "user");
        start = start == _turns.Count && last >= 0 ? last : start;
        return new TurnRange(start, _turns.Count - start);
    }
}
