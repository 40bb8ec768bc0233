namespace Ganglion.Brokers.Listener.Security;

/// <summary>A client proves who it is, by one mechanism.</summary>
internal interface ISaslExchange
{
    /// <summary>Who the client says it is; null as long as it has not.</summary>
    string? UserName { get; }

    /// <summary>Whether it has proved it.</summary>
    bool IsComplete { get; }

    /// <summary>Takes what the client says.</summary>
    /// <returns>What it is told.</returns>
    /// <exception cref="SaslFailedException">It has not proved who it is, or does not speak as the mechanism has it.</exception>
    byte[] Respond(ReadOnlySpan<byte> message);
}
