using Ganglion.Journal;

namespace Ganglion.Agents;

// A pause may cancel the handler while it runs.
public sealed partial class AgentContext
{
    private volatile bool _isInterrupted;

    /// <summary>Whether the handler was cancelled by a pause: nothing of it counts, but the effects that it has done.</summary>
    internal bool IsInterrupted => _isInterrupted;

    bool IJournaled.IsInterrupted => _isInterrupted;

    /// <summary>A pause cancels the handler, unless it is over.</summary>
    internal void Interrupt()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _isInterrupted = true;
            if (_time is not null)
            {
                EndTime(_time);
            }
        }

        Execution?.Interrupt();
    }
}
