using Ganglion.Events;

namespace Ganglion.Journal;

/// <summary>
/// An answer has come that cannot be read as what the handler waits for. The answer is parked, and the handler goes on waiting.
/// </summary>
internal sealed class RejectedAnswerException(EventDataException reason) : Exception(reason.Message, reason)
{
    public EventDataException Reason { get; } = reason;
}
